import * as Flags from '@oclif/core/flags';
import { isDeployed } from '../../actions/deployed/flags.ts';
import { recordedRuns } from '../../actions/runs.ts';
import { CliCommand } from '../../command.ts';
import { runsText } from '../../print/runs.ts';
import { TARGET_FLAGS } from '../../target.ts';

const STATUSES = ['queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled', 'interrupted'];

export default class RunsList extends CliCommand {
  static override summary = 'List the recorded runs of this project, of an org or of an environment, newest first.';
  static override examples = [
    'fm runs list',
    'fm runs list --status failed --limit 5',
    'fm runs list --org local --pipeline my-pipeline',
  ];
  static override exits = [4, 5, 6, 7];
  static override flags = {
    ...TARGET_FLAGS,
    pipeline: Flags.string({ description: 'Only runs of this pipeline.', helpValue: 'NAME' }),
    status: Flags.string({ description: 'Only runs in this state.', options: STATUSES }),
    limit: Flags.integer({ description: 'How many at most.', default: 20, min: 1 }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(RunsList);
    const runs = isDeployed(flags)
      ? await (await import('../../actions/deployed/list.ts')).listThere(flags, flags)
      : recordedRuns(flags);
    this.show({ json: { runs }, text: runsText(runs) });
  }
}
