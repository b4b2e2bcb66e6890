import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { unsetVars } from '../../actions/administration/vars.ts';
import { CliCommand } from '../../command.ts';
import { TARGET_FLAGS } from '../../target.ts';

export default class VarsUnset extends CliCommand {
  static override summary = 'Remove variables; runs that have begun keep their values.';
  static override examples = ['fm vars unset region', 'fm vars unset region limit --env staging'];
  static override exits = [4, 5, 6, 7, 8];
  static override args = { name: Args.string({ description: 'the variable; as many as wanted', required: true }) };
  static override strict = false;
  static override flags = {
    ...TARGET_FLAGS,
    'dry-run': Flags.boolean({ description: 'Show it, and change nothing.' }),
  };

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(VarsUnset);
    this.show(await unsetVars(process.cwd(), argv.map(String), flags));
  }
}
