import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { createKey, type Scopes } from '../../actions/administration/keys.ts';
import { CliCommand } from '../../command.ts';

const SCOPES = ['runs:write', 'runs:read', 'runs:debug', 'releases:read', 'deploy', 'deploy:force', 'admin'] as const;

export default class KeysCreate extends CliCommand {
  static override summary = 'Make a key for a server, which is shown this once.';
  static override description =
    'History and audit know who did something by the name of the key. admin may do everything but deploy past a protection, which deploy:force may.';
  static override examples = [
    'fm keys create ci --scope deploy --env staging',
    'fm keys create ada --scope admin --expires 90d --env staging',
  ];
  static override exits = [4, 5, 6, 7, 8];
  static override args = {
    name: Args.string({ description: 'who it is for', required: true }),
  };
  static override flags = {
    env: Flags.string({ description: 'The environment: the server of that name.', required: true, helpValue: 'NAME' }),
    scope: Flags.string({
      description: 'What it may do; once for each.',
      multiple: true,
      required: true,
      options: [...SCOPES],
      helpValue: 'SCOPE',
    }),
    expires: Flags.string({ description: 'How long it lives, e.g. 90d.', helpValue: 'TIME' }),
    'dry-run': Flags.boolean({ description: 'Show it, and change nothing.' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(KeysCreate);
    // The flag takes nothing else.
    const scope = flags.scope as Scopes;
    this.show(await createKey(process.cwd(), args.name, { ...flags, scope }));
  }
}
