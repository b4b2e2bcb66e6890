import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { promote } from '../actions/release/promote.ts';
import { checkPlanFlags } from '../actions/release/push.ts';
import { CliCommand } from '../command.ts';
import { PLAN_FLAGS } from '../plan-flags.ts';

export default class Promote extends CliCommand {
  static override summary = 'Make the release of the environment before this one active here: the same bytes.';
  static override description =
    'The server pulls it; where it does not know from where, this command brings it and needs both keys. Where nobody can be asked, it promotes the release that the files of this checkout are, or nothing; --any takes whatever is active there.';
  static override examples = [
    'fm promote prod',
    'fm promote production --from staging --dry-run',
    'fm promote production --release v1.2.3',
  ];
  static override exits = [1, 3, 4, 5, 6, 7, 9, 130, 143];
  static override args = { env: Args.string({ description: 'the environment', required: true }) };
  static override flags = {
    from: Flags.string({ description: 'The environment to promote from.', helpValue: 'ENV' }),
    release: Flags.string({ description: 'Another release that was active there: v1.2.3, #12.', helpValue: 'RELEASE' }),
    any: Flags.boolean({ description: 'What is active there, also when the files are another release.' }),
    ...PLAN_FLAGS,
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Promote);
    checkPlanFlags(['promote', args.env], { ...flags, force: false });
    this.show(await promote(process.cwd(), args.env, flags));
  }
}
