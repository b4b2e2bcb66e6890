import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { checkLocal, isDeployed } from '../../actions/deployed/flags.ts';
import { CliCommand } from '../../command.ts';
import { TARGET_FLAGS } from '../../target.ts';

export default class RunsReplay extends CliCommand {
  static override summary = 'Start a new run with the input of an earlier one, as it was or changed.';
  static override description =
    'In a project the file runs as it is now. In an org and on a server the release of the earlier run is used, or with --release active the one that is active now. Secrets were masked in what was recorded: an input that held one has to be given anew.';
  static override examples = [
    'fm runs replay last',
    'fm runs replay last --set limit=3',
    'fm runs replay last --env staging --release active',
  ];
  static override exits = [1, 3, 4, 5, 6, 7, 8, 69, 130, 143];
  static override args = { run: Args.string({ description: 'an id, the beginning of one, or last', required: true }) };
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
    release: Flags.option({
      description: 'With --org or --env: of which release.',
      options: ['same', 'active'] as const,
    })(),
    'json-lines': Flags.boolean({ description: 'Print every event as a line of JSON.', exclusive: ['json'] }),
    quiet: Flags.boolean({ char: 'q', description: 'Print the result and nothing else.' }),
    async: Flags.boolean({ description: 'With --org or --env: start it, print its id, and go.' }),
    wait: Flags.string({ description: 'With --org or --env: wait so long at most, then exit 69.', helpValue: 'TIME' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(RunsReplay);
    if (isDeployed(flags)) {
      const { runDeployed } = await import('../../actions/deployed/run.ts');
      process.exitCode = await runDeployed(undefined, { ...flags, replay: args.run });
      return;
    }
    checkLocal({ ...flags, resume: args.run }, undefined);
    const { replayRecorded } = await import('../../actions/replay-recorded.ts');
    process.exitCode = await replayRecorded(args.run, flags);
  }
}
