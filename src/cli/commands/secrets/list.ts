import { showSecrets } from '../../actions/administration/secrets.ts';
import { CliCommand } from '../../command.ts';
import { TARGET_FLAGS } from '../../target.ts';

export default class SecretsList extends CliCommand {
  static override summary = 'List the secrets that active releases name, and whether they can be read there.';
  static override description = 'Names only: no server gives a value away.';
  static override examples = ['fm secrets list', 'fm secrets list --env staging'];
  static override exits = [4, 5, 6, 7, 8];
  static override flags = {
    ...TARGET_FLAGS,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(SecretsList);
    this.show(await showSecrets(process.cwd(), flags, false));
  }
}
