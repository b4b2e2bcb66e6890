import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { revokeKey } from '../../actions/administration/keys.ts';
import { CliCommand } from '../../command.ts';

export default class KeysRevoke extends CliCommand {
  static override summary = 'Take a key out of use, everywhere within five seconds.';
  static override description =
    'It asks first; without a terminal it needs --yes. To replace a key without a gap: fm keys rotate.';
  static override examples = ['fm keys revoke ci --env staging --yes', 'fm keys revoke abcd2345 --env staging'];
  static override exits = [4, 5, 6, 7, 8, 9];
  static override args = {
    key: Args.string({ description: 'its id, or the name of the one living key that has it', required: true }),
  };
  static override flags = {
    env: Flags.string({ description: 'The environment: the server of that name.', required: true, helpValue: 'NAME' }),
    yes: Flags.boolean({ char: 'y', description: 'Revoke it without asking.' }),
    'dry-run': Flags.boolean({ description: 'Show it, and change nothing.' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(KeysRevoke);
    this.show(await revokeKey(process.cwd(), args.key, flags));
  }
}
