import * as Flags from '@oclif/core/flags';
import { isDeployed } from '../../actions/deployed/flags.ts';
import { checkListed, recordedRuns } from '../../actions/runs.ts';
import { CliCommand } from '../../command.ts';
import { runsText } from '../../print/runs.ts';
import { RELEASE_FILTER, RUN_FILTER_FLAGS } from '../../run-filter-flags.ts';
import { TARGET_FLAGS } from '../../target.ts';

const STATUSES = ['queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled', 'interrupted'];

export default class RunsList extends CliCommand {
  static override summary = 'List the recorded runs of this project, of an org or of an environment, newest first.';
  static override examples = [
    'fm runs list',
    'fm runs list --status failed --limit 5',
    'fm runs list --org local --pipeline my-pipeline',
    'fm runs list --env staging --status waiting',
    'fm runs list --env staging --since 2h --release v1.2.3',
  ];
  static override exits = [4, 5, 6, 7];
  static override flags = {
    ...TARGET_FLAGS,
    ...RUN_FILTER_FLAGS,
    ...RELEASE_FILTER,
    status: Flags.string({ description: 'Only runs in this state.', options: STATUSES }),
    limit: Flags.integer({ description: 'How many at most.', default: 20, min: 1 }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(RunsList);
    if (!isDeployed(flags)) checkListed(flags);
    const runs = isDeployed(flags)
      ? await (await import('../../actions/deployed/list.ts')).listThere(flags, flags)
      : recordedRuns(flags);
    this.show({ json: { runs }, text: runsText(runs) });
  }
}
