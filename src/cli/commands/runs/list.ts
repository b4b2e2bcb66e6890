import * as Flags from '@oclif/core/flags';
import { recordedRuns } from '../../actions/runs.ts';
import { CliCommand } from '../../command.ts';
import { runsText } from '../../print/runs.ts';

const STATUSES = ['queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled', 'interrupted'];

export default class RunsList extends CliCommand {
  static override summary = 'List the recorded runs of this project, newest first.';
  static override examples = ['fm runs list', 'fm runs list --status failed --limit 5'];
  static override exits = [4];
  static override flags = {
    pipeline: Flags.string({ description: 'Only runs of this pipeline.', helpValue: 'NAME' }),
    status: Flags.string({ description: 'Only runs in this state.', options: STATUSES }),
    limit: Flags.integer({ description: 'How many at most.', default: 20, min: 1 }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(RunsList);
    const runs = recordedRuns(flags);
    this.show({ json: { runs }, text: runsText(runs) });
  }
}
