import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { lockEnvironment } from '../../actions/administration/environment.ts';
import { CliCommand } from '../../command.ts';

export default class EnvLock extends CliCommand {
  static override summary = 'Keep everybody else from deploying to an environment.';
  static override description =
    'Others are told who has locked it, why, and until when. Locking it again renews your lock.';
  static override examples = [
    'fm env lock production --reason maintenance --expires 2h',
    "fm env lock production --reason 'the database is being moved'",
  ];
  static override exits = [4, 5, 6, 7, 8];
  static override args = {
    env: Args.string({ description: 'the environment', required: true }),
  };
  static override flags = {
    reason: Flags.string({ description: 'What others are told.', required: true, helpValue: 'TEXT' }),
    expires: Flags.string({ description: 'How long, e.g. 2h; without it until it is unlocked.', helpValue: 'TIME' }),
    'dry-run': Flags.boolean({ description: 'Show it, and change nothing.' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(EnvLock);
    this.show(await lockEnvironment(process.cwd(), args.env, flags));
  }
}
