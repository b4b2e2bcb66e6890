import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { runOnce } from '../../actions/run/once.ts';
import { CliCommand } from '../../command.ts';

export default class RunsResume extends CliCommand {
  static override summary = 'Go on with a recorded run; what it has recorded does not run again.';
  static override examples = ['fm runs resume last', 'fm runs resume last --from fetch'];
  static override exits = [1, 3, 4, 5, 8, 69, 130, 143];
  static override args = { run: Args.string({ description: 'an id, the beginning of one, or last', required: true }) };
  static override flags = {
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
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(RunsResume);
    process.exitCode = await runOnce(undefined, { ...flags, resume: args.run });
  }
}
