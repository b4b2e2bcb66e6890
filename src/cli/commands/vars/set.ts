import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { setVars } from '../../actions/administration/vars.ts';
import { CliCommand } from '../../command.ts';
import { TARGET_FLAGS } from '../../target.ts';

export default class VarsSet extends CliCommand {
  static override summary = 'Set variables, for runs that begin from now on.';
  static override description =
    'A value is JSON where it parses, else text. @FILE is a JSON object with a member for each. They are not for secrets: everybody who may deploy can read them.';
  static override examples = [
    'fm vars set region=eu',
    'fm vars set region=eu limit=3 --env staging',
    'fm vars set @vars.json --env staging',
  ];
  static override exits = [3, 4, 5, 6, 7, 8];
  static override args = {
    assignment: Args.string({ description: 'NAME=VALUE or @FILE; as many as wanted', required: true }),
  };
  static override strict = false;
  static override flags = {
    ...TARGET_FLAGS,
    'dry-run': Flags.boolean({ description: 'Show it, and change nothing.' }),
  };

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(VarsSet);
    this.show(await setVars(process.cwd(), argv.map(String), flags));
  }
}
