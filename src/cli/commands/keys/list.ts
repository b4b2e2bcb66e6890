import * as Flags from '@oclif/core/flags';
import { listKeys } from '../../actions/administration/keys.ts';
import { CliCommand } from '../../command.ts';

export default class KeysList extends CliCommand {
  static override summary = 'List who may call a server: names, scopes and when each key was used.';
  static override examples = ['fm keys list --env staging', 'fm keys list --env staging --all'];
  static override exits = [4, 5, 6, 7, 8];
  static override flags = {
    env: Flags.string({ description: 'The environment: the server of that name.', required: true, helpValue: 'NAME' }),
    all: Flags.boolean({ description: 'Also keys that have expired or were revoked.' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(KeysList);
    this.show(await listKeys(process.cwd(), flags));
  }
}
