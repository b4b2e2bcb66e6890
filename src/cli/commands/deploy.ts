import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { deployFiles } from '../actions/release/deploy-files.ts';
import { checkPlanFlags } from '../actions/release/push.ts';
import { CliCommand } from '../command.ts';
import { PLAN_FLAGS } from '../plan-flags.ts';

export default class Deploy extends CliCommand {
  static override summary = 'Make the files of this project the active release of an environment.';
  static override description =
    'Shows what would change, uploads what is missing and activates it, all or nothing. What is there and not in the files is removed with --prune only. Where an environment demands that tests have passed, they run first. A protected one takes releases by fm promote.';
  static override examples = [
    'fm deploy staging',
    'fm deploy staging --dry-run',
    'fm deploy prod --force --message "Fix payments at night"',
  ];
  static override exits = [1, 3, 4, 5, 6, 7, 9, 130, 143];
  static override args = { env: Args.string({ description: 'the environment', required: true }) };
  static override flags = {
    ...PLAN_FLAGS,
    force: Flags.boolean({ description: 'Although it is protected; needs a key with the scope deploy:force.' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Deploy);
    checkPlanFlags(['deploy', args.env], flags);
    this.show(await deployFiles(process.cwd(), args.env, flags));
  }
}
