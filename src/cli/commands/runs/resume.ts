import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { checkLocal, isDeployed } from '../../actions/deployed/flags.ts';
import { runOnce } from '../../actions/run/once.ts';
import { CliCommand } from '../../command.ts';
import { TARGET_FLAGS } from '../../target.ts';

export default class RunsResume extends CliCommand {
  static override summary = 'Go on with a recorded run; what it has recorded does not run again.';
  static override examples = [
    'fm runs resume last',
    'fm runs resume last --from fetch',
    'fm runs resume last --org local',
  ];
  static override exits = [1, 3, 4, 5, 6, 7, 8, 69, 130, 143];
  static override args = { run: Args.string({ description: 'an id, the beginning of one, or last', required: true }) };
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
    release: Flags.option({
      description: 'With --org or --env: go on under this release.',
      options: ['same', 'active'] as const,
    })(),
    async: Flags.boolean({ description: 'With --org or --env: have it go on, and do not wait for it.' }),
    wait: Flags.string({ description: 'With --org or --env: wait so long at most, then exit 69.', helpValue: 'TIME' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(RunsResume);
    const resumed = { ...flags, resume: args.run };
    if (isDeployed(flags)) {
      const { runDeployed } = await import('../../actions/deployed/run.ts');
      process.exitCode = await runDeployed(undefined, resumed);
      return;
    }
    checkLocal(resumed, undefined);
    process.exitCode = await runOnce(undefined, resumed);
  }
}
