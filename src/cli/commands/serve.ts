import * as Flags from '@oclif/core/flags';
import { SERVER_SETTINGS } from '../../hosts/node/server/setting-names.ts';
import { serveUntilSignal } from '../actions/server/serve.ts';
import { CliCommand } from '../command.ts';

const SETTINGS = SERVER_SETTINGS.filter(({ passedOver }) => !passedOver).map(
  ({ name, summary, default: standard }) => `${name}: ${summary}${standard === undefined ? '' : ` (${standard})`}`,
);

export default class Serve extends CliCommand {
  static override summary = 'Serve the control plane of an environment.';
  static override description =
    `Its API is described at /docs. Runs of a PostgreSQL database are executed by \`fm worker\`, or with --worker in this process; those of a database file always in this process. Releases are checked with the components/ of --project, which whoever executes their runs needs as well. On SIGTERM it finishes what it has begun. Settings are variables:\n\n${SETTINGS.join('\n')}`;
  static override examples = [
    'fm serve',
    'fm serve --port 8080',
    'FM_ENVIRONMENT=staging FM_DATABASE_URL=postgresql://fm@db/fm fm serve --worker',
  ];
  static override exits = [1, 3, 5, 7, 9, 130, 143];
  static override flags = {
    port: Flags.integer({ description: 'The port to listen on; 0 for any.', min: 0, max: 65_535, helpValue: 'PORT' }),
    host: Flags.string({ description: 'The address to listen on.', helpValue: 'ADDRESS' }),
    project: Flags.string({ description: 'Folder whose components can be used.', default: '.', helpValue: 'DIR' }),
    worker: Flags.boolean({ description: 'Execute runs as well, for an environment on one machine.' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Serve);
    await serveUntilSignal(process.cwd(), flags);
  }
}
