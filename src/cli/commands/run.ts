import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { checkLocal, isDeployed } from '../actions/deployed/flags.ts';
import { runOnce } from '../actions/run/once.ts';
import { CliCommand } from '../command.ts';
import { IDEMPOTENCY_KEY } from '../run-filter-flags.ts';
import { TARGET_FLAGS } from '../target.ts';

export default class Run extends CliCommand {
  static override summary = 'Run a pipeline: a file of this project, or what is deployed.';
  static override description =
    'FILE is a path, a name in pipelines/, or - for stdin. In a project the run is recorded under .flowmason/runs/ as it goes, so that it can be resumed after any interruption. With --org or --env it is the name of a pipeline that is active there, or NAME@VERSION of one that was: this command executes the run of an org, and follows the one of a server. The result is printed on stdout, all the rest on stderr.';
  static override examples = [
    'fm run pipelines/my-pipeline.pipeline.json',
    `fm run my-pipeline --input '{"name": "Ada"}' --set limit=3`,
    'fm run my-pipeline --resume last --from fetch',
    'fm run my-pipeline --org local',
    'fm run my-pipeline@1.2.0 --env staging --wait 30s',
  ];
  static override exits = [1, 3, 4, 5, 6, 7, 8, 69, 130, 143];
  static override args = {
    file: Args.string({ description: 'the pipeline: a file, a name, or - for stdin', required: true }),
  };
  static override flags = {
    ...TARGET_FLAGS,
    input: Flags.string({ char: 'i', description: 'Input as JSON, or - to read it from stdin.', helpValue: 'JSON' }),
    'input-file': Flags.string({ description: 'File with the input as JSON, or -.', helpValue: 'FILE' }),
    set: Flags.string({
      description: 'Set one field of the input; JSON where it parses.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'a.b=1',
    }),
    vars: Flags.string({
      description: 'Variables: NAME=VALUE, a JSON object, or @FILE.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'VARS',
    }),
    'json-lines': Flags.boolean({ description: 'Print every event as a line of JSON.', exclusive: ['json'] }),
    quiet: Flags.boolean({ char: 'q', description: 'Print the result and nothing else.' }),
    'max-parallel': Flags.integer({ description: 'Stages at a time.', min: 1, helpValue: 'N' }),
    timeout: Flags.string({ description: 'Wall clock of the whole run, e.g. 90s.', helpValue: 'TIME' }),
    watch: Flags.boolean({
      char: 'w',
      description: 'Run again whenever a file that it reads changes, until Ctrl-C.',
    }),
    resume: Flags.string({ description: 'Go on with a recorded run: its id, a prefix, or last.', helpValue: 'RUN' }),
    from: Flags.string({
      description: 'With --resume: run this stage and all behind it again.',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'STAGE',
    }),
    priority: Flags.integer({
      description: 'With --org or --env: 0 to 9, higher goes first (default: the pipeline’s, else 5).',
      min: 0,
      max: 9,
      helpValue: 'N',
    }),
    'idempotency-key': IDEMPOTENCY_KEY,
    'dry-run': Flags.boolean({ description: 'With --org or --env: check name, version and input, and start nothing.' }),
    async: Flags.boolean({ description: 'With --org or --env: start it, print its id, and go.' }),
    wait: Flags.string({
      description: 'With --org or --env: wait so long at most, then exit 69.',
      helpValue: 'TIME',
    }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Run);
    if (isDeployed(flags)) {
      const { runDeployed } = await import('../actions/deployed/run.ts');
      process.exitCode = await runDeployed(args.file, flags);
      return;
    }
    checkLocal(flags, args.file);
    if (!flags.watch) {
      process.exitCode = await runOnce(args.file, flags);
      return;
    }
    const { runOnChange } = await import('../actions/run/watch.ts');
    process.exitCode = await runOnChange(args.file, flags);
  }
}
