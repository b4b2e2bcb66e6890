import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { checkLocal, isDeployed, splitRelease } from '../../actions/deployed/flags.ts';
import { isMany } from '../../actions/deployed/many-flags.ts';
import { runOnce } from '../../actions/run/once.ts';
import { CliCommand } from '../../command.ts';
import { BULK_FLAGS, RELEASE_WORDS, statusFlag } from '../../run-filter-flags.ts';
import { TARGET_FLAGS } from '../../target.ts';

const ENDED = ['failed', 'cancelled'] as const;

export default class RunsResume extends CliCommand {
  static override summary = 'Go on with a recorded run, or many; what is recorded does not run again.';
  static override description =
    'With a filter (--pipeline, --status, --since, --release) instead of RUN it is done to every failed or cancelled run of the org or environment that fits: how many and which first is shown before. It can be interrupted and typed again.';
  static override examples = [
    'fm runs resume last',
    'fm runs resume last --from fetch',
    'fm runs resume last --org local',
    'fm runs resume --status failed --since 2h --release v1.2.3 --release active --env staging',
  ];
  static override exits = [1, 3, 4, 5, 6, 7, 8, 9, 69, 130, 143];
  static override args = { run: Args.string({ description: 'an id, the beginning of one, or last' }) };
  static override flags = {
    ...TARGET_FLAGS,
    from: Flags.string({
      description: 'Run this stage and all behind it again.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'STAGE',
    }),
    'json-lines': Flags.boolean({ description: 'Print every event as a line of JSON.', exclusive: ['json'] }),
    quiet: Flags.boolean({ char: 'q', description: 'Print the result and nothing else.' }),
    'max-parallel': Flags.integer({ description: 'Stages at a time.', min: 1, helpValue: 'N' }),
    timeout: Flags.string({ description: 'Wall clock of the whole run, e.g. 90s.', helpValue: 'TIME' }),
    status: statusFlag(ENDED, 'failed and cancelled'),
    ...BULK_FLAGS,
    ...RELEASE_WORDS,
    async: Flags.boolean({ description: 'With --org or --env: have it go on, and do not wait for it.' }),
    wait: Flags.string({ description: 'With --org or --env: wait so long at most, then exit 69.', helpValue: 'TIME' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(RunsResume);
    const { on, of } = splitRelease(flags.release);
    if (isMany(args.run, { ...flags, release: of }, 'fm runs resume')) {
      const { doToMany } = await import('../../actions/deployed/many-runs.ts');
      const from = [...(flags.from ?? [])];
      const done = await doToMany(
        { ...flags, release: of },
        {
          verb: 'resume',
          usual: ENDED,
          call: (client, page) => client.call('POST /runs/resume', { ...page, from, release: on }),
        },
      );
      process.exitCode = done.exit ?? 0;
      this.show(done);
      return;
    }
    const resumed = { ...flags, release: flags.release && on, resume: args.run ?? 'last' };
    if (isDeployed(flags)) {
      const { runDeployed } = await import('../../actions/deployed/run.ts');
      process.exitCode = await runDeployed(undefined, resumed);
      return;
    }
    checkLocal(resumed, undefined);
    process.exitCode = await runOnce(undefined, resumed);
  }
}
