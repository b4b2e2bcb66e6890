import { showSecrets } from '../../actions/administration/secrets.ts';
import { CliCommand } from '../../command.ts';
import { TARGET_FLAGS } from '../../target.ts';

export default class SecretsCheck extends CliCommand {
  static override summary = 'Fail when a secret is missing that an active release needs.';
  static override examples = ['fm secrets check', 'fm secrets check --env staging'];
  static override exits = [4, 5, 6, 7, 8];
  static override flags = {
    ...TARGET_FLAGS,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(SecretsCheck);
    this.show(await showSecrets(process.cwd(), flags, true));
  }
}
