import * as Flags from '@oclif/core/flags';
import { checkPlanFlags, push } from '../actions/release/push.ts';
import { CliCommand } from '../command.ts';
import { ORG_FLAG } from '../target.ts';

export default class Push extends CliCommand {
  static override summary = 'Make the files of this project the active release of an org.';
  static override description =
    'Shows what would change, uploads what is missing and activates it, all or nothing. What is in the org and not in the files is removed with --prune only; what others changed there since your last push or pull is overwritten with --force only.';
  static override examples = ['fm push', 'fm push --dry-run', 'fm push --org local --message "Retry payments"'];
  static override exits = [1, 3, 4, 5, 9, 130];
  static override flags = {
    ...ORG_FLAG,
    message: Flags.string({ char: 'm', description: 'Why, for the history.', helpValue: 'TEXT' }),
    'dry-run': Flags.boolean({ description: 'Show the plan, and write nothing.' }),
    prune: Flags.boolean({ description: 'Remove what the files do not have.' }),
    force: Flags.boolean({ description: 'Overwrite changes of the org that you have not pulled.' }),
    again: Flags.boolean({ description: 'Activate a release that was rolled back there.' }),
    'plan-out': Flags.string({
      description: 'Have the org keep the plan for 7 days, write its name to FILE, and activate nothing.',
      helpValue: 'FILE',
      exclusive: ['dry-run'],
    }),
    plan: Flags.string({ description: 'Apply exactly that plan, or nothing.', helpValue: 'FILE' }),
    yes: Flags.boolean({ char: 'y', description: 'Activate it without asking.' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Push);
    checkPlanFlags(['push'], flags);
    this.show(await push(process.cwd(), flags));
  }
}
