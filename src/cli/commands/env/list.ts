import { listEnvironments } from '../../actions/administration/environment.ts';
import { CliCommand } from '../../command.ts';

export default class EnvList extends CliCommand {
  static override summary = 'List the environments that are known here, with their addresses.';
  static override examples = ['fm env list', 'fm env list --json'];
  static override exits = [3];

  override async run(): Promise<void> {
    await this.parse(EnvList);
    this.show(listEnvironments(process.cwd()));
  }
}
