import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { sendSignal } from '../../../hosts/node/runs/send-signal.ts';
import { openHome } from '../../actions/run/home.ts';
import { flagJson, stdinJson } from '../../actions/run/input.ts';
import { CliCommand } from '../../command.ts';

export default class RunsSignal extends CliCommand {
  static override summary = 'Send data to a run that waits for a signal, or will.';
  static override examples = [`fm runs signal last approval --data '{"approved": true}'`];
  static override exits = [4, 5];
  static override args = {
    run: Args.string({ description: 'an id, the beginning of one, or last', required: true }),
    name: Args.string({ description: 'the name of the signal', required: true }),
  };
  static override flags = {
    data: Flags.string({
      description: 'The data as JSON, or - to read it from stdin.',
      default: 'null',
      helpValue: 'JSON',
    }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(RunsSignal);
    const data = flags.data === '-' ? stdinJson() : flagJson(flags.data, '--data');
    const sent = sendSignal(openHome().home, args.run, args.name, data);
    const next = sent.live ? 'the run takes it now' : `go on with it: fm runs resume ${sent.run_id}`;
    this.show({ json: sent, text: `signal ${sent.name} kept for run ${sent.run_id}; ${next}` });
  }
}
