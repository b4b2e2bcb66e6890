import * as Flags from '@oclif/core/flags';
import { generateKey } from '../../actions/server/generate-key.ts';
import { CliCommand } from '../../command.ts';

export default class KeysGenerate extends CliCommand {
  static override summary = 'Print a fresh key without asking a server, for FM_BOOTSTRAP_KEY.';
  static override description =
    'No server knows it until it is started with it; then it is an admin key of that environment until another one exists.';
  static override examples = [
    'fm keys generate --env staging',
    'export FM_BOOTSTRAP_KEY=$(fm keys generate --env staging)',
  ];
  static override flags = {
    env: Flags.string({ description: 'The environment of the server.', required: true, helpValue: 'NAME' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(KeysGenerate);
    const generated = generateKey(flags.env);
    this.show({ json: generated, text: generated.key });
  }
}
