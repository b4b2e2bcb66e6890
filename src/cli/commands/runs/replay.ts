import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { checkLocal, isDeployed, splitRelease } from '../../actions/deployed/flags.ts';
import { isMany } from '../../actions/deployed/many-flags.ts';
import { CliCommand } from '../../command.ts';
import { BULK_FLAGS, IDEMPOTENCY_KEY, RELEASE_WORDS, statusFlag } from '../../run-filter-flags.ts';
import { TARGET_FLAGS } from '../../target.ts';

export default class RunsReplay extends CliCommand {
  static override summary = 'Start a new run with the input of an earlier one, as it was or changed; or many.';
  static override description =
    'In a project the file runs as it is now. In an org and on a server the release of the earlier run is used, or with --release active the one that is active now. Secrets were masked in what was recorded: an input that held one has to be given anew. With a filter (--pipeline, --status, --since, --release) instead of RUN it is done for every failed run that fits, or those of --status: how many and which first is shown before. The same replay of a run is made once, so it can be interrupted and typed again.';
  static override examples = [
    'fm runs replay last',
    'fm runs replay last --set limit=3',
    'fm runs replay last --env staging --release active',
    'fm runs replay --pipeline my-pipeline --since 2h --env staging --set limit=3',
  ];
  static override exits = [1, 3, 4, 5, 6, 7, 8, 9, 69, 130, 143];
  static override args = { run: Args.string({ description: 'an id, the beginning of one, or last' }) };
  static override flags = {
    ...TARGET_FLAGS,
    input: Flags.string({ char: 'i', description: 'Another input as JSON, or -.', helpValue: 'JSON' }),
    'input-file': Flags.string({ description: 'File with another input as JSON, or -.', helpValue: 'FILE' }),
    set: Flags.string({
      description: 'Set one field of the input; JSON where it parses.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'a.b=1',
    }),
    status: statusFlag(['failed', 'cancelled', 'succeeded'], 'failed'),
    ...BULK_FLAGS,
    ...RELEASE_WORDS,
    'idempotency-key': IDEMPOTENCY_KEY,
    'json-lines': Flags.boolean({ description: 'Print every event as a line of JSON.', exclusive: ['json'] }),
    quiet: Flags.boolean({ char: 'q', description: 'Print the result and nothing else.' }),
    async: Flags.boolean({ description: 'With --org or --env: start it, print its id, and go.' }),
    wait: Flags.string({ description: 'With --org or --env: wait so long at most, then exit 69.', helpValue: 'TIME' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(RunsReplay);
    const { on, of } = splitRelease(flags.release);
    if (isMany(args.run, { ...flags, release: of }, 'fm runs replay')) {
      const { doToMany } = await import('../../actions/deployed/many-runs.ts');
      const { replayInput } = await import('../../actions/deployed/replay-input.ts');
      const input = replayInput(flags);
      const done = await doToMany(
        { ...flags, release: of },
        {
          verb: 'replay',
          usual: ['failed'],
          call: (client, page) => client.call('POST /runs/replay', { ...page, ...input, release: on }),
        },
      );
      process.exitCode = done.exit ?? 0;
      this.show(done);
      return;
    }
    const run = args.run ?? 'last';
    const replayed = { ...flags, release: flags.release && on };
    if (isDeployed(flags)) {
      const { runDeployed } = await import('../../actions/deployed/run.ts');
      process.exitCode = await runDeployed(undefined, { ...replayed, replay: run });
      return;
    }
    checkLocal({ ...replayed, resume: run }, undefined);
    const { replayRecorded } = await import('../../actions/replay-recorded.ts');
    process.exitCode = await replayRecorded(run, flags);
  }
}
