import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { unlockEnvironment } from '../../actions/administration/environment.ts';
import { CliCommand } from '../../command.ts';

export default class EnvUnlock extends CliCommand {
  static override summary = 'Let others deploy to an environment again.';
  static override examples = ['fm env unlock production', 'fm env unlock production --force'];
  static override exits = [4, 5, 6, 7, 8];
  static override args = {
    env: Args.string({ description: 'the environment', required: true }),
  };
  static override flags = {
    force: Flags.boolean({ description: 'Also the lock of somebody else; needs the scope deploy:force or admin.' }),
    'dry-run': Flags.boolean({ description: 'Show it, and change nothing.' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(EnvUnlock);
    this.show(await unlockEnvironment(process.cwd(), args.env, flags));
  }
}
