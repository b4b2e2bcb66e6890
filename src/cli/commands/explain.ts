import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { explain, listCodes } from '../actions/explain.ts';
import { CliCommand } from '../command.ts';
import { codesText, explanationText } from '../print/explain.ts';

export default class Explain extends CliCommand {
  static override summary = 'Explain an error code or an exit code.';
  static override description =
    'Every error has a stable code. This prints what it means, why it exists and how to get on.';
  static override examples = ['fm explain INVALID_FILE', 'fm explain 3', 'fm explain --list'];
  static override exits = [4];
  static override args = {
    code: Args.string({ description: 'a code such as INVALID_FILE, or an exit code such as 3' }),
  };
  static override flags = {
    list: Flags.boolean({ description: 'List every code.' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Explain);
    if (flags.list || args.code === undefined) {
      const codes = listCodes();
      return this.show({ json: { codes }, text: codesText(codes) });
    }
    const explanation = explain(args.code);
    this.show({ json: explanation, text: explanationText(explanation) });
  }
}
