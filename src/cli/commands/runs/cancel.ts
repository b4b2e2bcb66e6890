import * as Args from '@oclif/core/args';
import { isDeployed } from '../../actions/deployed/flags.ts';
import { isMany } from '../../actions/deployed/many-flags.ts';
import { CliCommand } from '../../command.ts';
import { BULK_FLAGS, RELEASE_FILTER, statusFlag } from '../../run-filter-flags.ts';
import { TARGET_FLAGS } from '../../target.ts';

const OPEN = ['queued', 'running', 'waiting'] as const;

export default class RunsCancel extends CliCommand {
  static override summary = 'Stop a run, or many; `finally` stages still run, and a stopped run can be resumed.';
  static override description =
    'In a project the process that executes the run is told to stop it, as Ctrl-C does there. In an org and on a server it is told through the database. With a filter (--pipeline, --status, --since, --release) instead of RUN it is done to every run that has not ended and fits: how many and which first is shown before.';
  static override examples = [
    'fm runs cancel last',
    'fm runs cancel last --env staging',
    'fm runs cancel --pipeline my-pipeline --since 2h --env staging --dry-run',
  ];
  static override exits = [1, 4, 5, 6, 7, 9, 130, 143];
  static override args = { run: Args.string({ description: 'an id, the beginning of one, or last' }) };
  static override flags = {
    ...TARGET_FLAGS,
    status: statusFlag(OPEN, 'all that have not ended'),
    ...BULK_FLAGS,
    ...RELEASE_FILTER,
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(RunsCancel);
    if (isMany(args.run, flags, 'fm runs cancel')) {
      const { doToMany } = await import('../../actions/deployed/many-runs.ts');
      const call = { verb: 'cancel', usual: OPEN } as const;
      const done = await doToMany(flags, { ...call, call: (client, page) => client.call('POST /runs/cancel', page) });
      process.exitCode = done.exit ?? 0;
      this.show(done);
      return;
    }
    const run = args.run ?? 'last';
    if (isDeployed(flags)) {
      const { cancelThere } = await import('../../actions/deployed/cancel.ts');
      this.show(await cancelThere(flags, run, flags['dry-run']));
      return;
    }
    const { cancelRecorded } = await import('../../actions/cancel-recorded.ts');
    this.show(await cancelRecorded(run, flags['dry-run']));
  }
}
