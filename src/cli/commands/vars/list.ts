import { listVars } from '../../actions/administration/vars.ts';
import { CliCommand } from '../../command.ts';
import { TARGET_FLAGS } from '../../target.ts';

export default class VarsList extends CliCommand {
  static override summary = 'List the variables of an org or environment.';
  static override examples = ['fm vars list', 'fm vars list --env staging --json'];
  static override exits = [4, 5, 6, 7, 8];
  static override flags = {
    ...TARGET_FLAGS,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(VarsList);
    this.show(await listVars(process.cwd(), flags));
  }
}
