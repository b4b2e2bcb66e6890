import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { rollBack } from '../actions/release/roll-back.ts';
import { CliCommand } from '../command.ts';
import { WATCH_FLAGS } from '../plan-flags.ts';
import { TARGET_FLAGS } from '../target.ts';

export default class Rollback extends CliCommand {
  static override summary = 'Make an earlier release active again.';
  static override description =
    'It adds an entry to the history; nothing is deleted, and rolling back twice with --previous returns. Runs in flight end on the release that they began with; secrets and variables keep their values.';
  static override examples = [
    'fm rollback --previous',
    'fm rollback v1.2.3 --env production',
    "fm rollback '#12' --dry-run",
  ];
  static override exits = [1, 4, 5, 6, 7, 9, 130, 143];
  static override args = {
    release: Args.string({ description: 'v1.2.3, #12 or 12, or the beginning of a digest' }),
  };
  static override flags = {
    ...TARGET_FLAGS,
    previous: Flags.boolean({ description: 'The last other release that was active.' }),
    message: Flags.string({ char: 'm', description: 'Why, for the history.', helpValue: 'TEXT' }),
    force: Flags.boolean({ description: 'Although somebody has locked the environment.' }),
    'dry-run': Flags.boolean({ description: 'Show what would change, and change nothing.' }),
    ...WATCH_FLAGS,
    yes: Flags.boolean({ char: 'y', description: 'Do it without asking.' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Rollback);
    this.show(await rollBack(process.cwd(), args.release, flags));
  }
}
