import * as Args from '@oclif/core/args';
import { getVar } from '../../actions/administration/vars.ts';
import { CliCommand } from '../../command.ts';
import { TARGET_FLAGS } from '../../target.ts';

export default class VarsGet extends CliCommand {
  static override summary = 'Print the value of a variable.';
  static override examples = ['fm vars get region', 'fm vars get region --env staging'];
  static override exits = [4, 5, 6, 7, 8];
  static override args = {
    name: Args.string({ description: 'the variable', required: true }),
  };
  static override flags = {
    ...TARGET_FLAGS,
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(VarsGet);
    this.show(await getVar(process.cwd(), args.name, flags));
  }
}
