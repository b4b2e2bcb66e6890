import * as Flags from '@oclif/core/flags';
import { migrateServer } from '../actions/server/migrate.ts';
import { CliCommand } from '../command.ts';

export default class Migrate extends CliCommand {
  static override summary = 'Bring the database of a server to this version.';
  static override description =
    'Run it before the servers of a new version start: servers of the version before go on working. The database is the one of FM_DATABASE_URL. One process migrates at a time, all that is missing or nothing.';
  static override examples = ['fm migrate', 'fm migrate --dry-run'];
  static override exits = [1, 2, 5, 7];
  static override flags = {
    'dry-run': Flags.boolean({ description: 'Show what is missing, and change nothing.' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Migrate);
    this.show(await migrateServer(process.cwd(), { dryRun: flags['dry-run'], json: flags.json }));
  }
}
