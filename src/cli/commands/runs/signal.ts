import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { isDeployed } from '../../actions/deployed/flags.ts';
import { flagJson, stdinJson } from '../../actions/run/input.ts';
import { signalRecorded } from '../../actions/signal-recorded.ts';
import { CliCommand } from '../../command.ts';
import { TARGET_FLAGS } from '../../target.ts';

export default class RunsSignal extends CliCommand {
  static override summary = 'Send data to a run that waits for a signal, or will.';
  static override examples = [
    `fm runs signal last approval --data '{"approved": true}'`,
    `fm runs signal last approval --data true --env staging`,
  ];
  static override exits = [4, 5, 6, 7];
  static override args = {
    run: Args.string({ description: 'an id, the beginning of one, or last', required: true }),
    name: Args.string({ description: 'the name of the signal', required: true }),
  };
  static override flags = {
    ...TARGET_FLAGS,
    data: Flags.string({
      description: 'The data as JSON, or - to read it from stdin.',
      default: 'null',
      helpValue: 'JSON',
    }),
    'dry-run': Flags.boolean({ description: 'Check it against what the run waits for, and send nothing.' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(RunsSignal);
    const data = flags.data === '-' ? stdinJson() : flagJson(flags.data, '--data');
    if (!isDeployed(flags)) {
      this.show(signalRecorded(args.run, args.name, data, flags['dry-run']));
      return;
    }
    const { signalThere } = await import('../../actions/deployed/signal.ts');
    this.show(await signalThere(flags, args.run, args.name, data, flags['dry-run']));
  }
}
