import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { parseDuration } from '../../../core/duration.ts';
import { fail } from '../../../core/errors.ts';
import { rotateKey } from '../../actions/administration/keys.ts';
import { CliCommand } from '../../command.ts';

export default class KeysRotate extends CliCommand {
  static override summary = 'Replace a key: the new one is shown this once, and the old one may be used for a while.';
  static override examples = ['fm keys rotate ci --env staging', 'fm keys rotate ci --overlap 1h --env staging'];
  static override exits = [4, 5, 6, 7, 8];
  static override args = {
    key: Args.string({ description: 'its id, or the name of the one living key that has it', required: true }),
  };
  static override flags = {
    env: Flags.string({ description: 'The environment: the server of that name.', required: true, helpValue: 'NAME' }),
    overlap: Flags.string({ description: 'How long the old one may be used.', default: '24h', helpValue: 'TIME' }),
    expires: Flags.string({ description: 'How long the new one lives, or never.', helpValue: 'TIME' }),
    'dry-run': Flags.boolean({ description: 'Show it, and change nothing.' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(KeysRotate);
    const overlap = parseDuration(flags.overlap);
    if (overlap === undefined)
      fail('USAGE', `--overlap is a length of time, found "${flags.overlap}"`, { hint: '--overlap 1h' });
    this.show(await rotateKey(process.cwd(), args.key, { ...flags, overlap }));
  }
}
