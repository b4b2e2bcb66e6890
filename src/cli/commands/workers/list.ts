import * as Flags from '@oclif/core/flags';
import { listWorkers } from '../../actions/administration/workers.ts';
import { CliCommand } from '../../command.ts';

export default class WorkersList extends CliCommand {
  static override summary = 'List the workers of an environment: where each runs, since when, and what it can execute.';
  static override description =
    'RUNS is how many it executes now and at most, CACHED how many pipelines of releases it keeps ready, COMPONENTS what it has beside those of this fm, or lacks.';
  static override examples = ['fm workers list --env production', 'fm workers list --env production --all'];
  static override exits = [4, 5, 6, 7, 8];
  static override flags = {
    env: Flags.string({ description: 'The environment: the server of that name.', required: true, helpValue: 'NAME' }),
    all: Flags.boolean({ description: 'Also workers that were not heard of for half a minute.' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(WorkersList);
    this.show(await listWorkers(process.cwd(), flags));
  }
}
