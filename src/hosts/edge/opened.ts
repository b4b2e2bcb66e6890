import type { Database } from '../../store/database.ts';
import type { MigrationConnection } from '../../store/migrate.ts';

/** A database with the way to bring it to this version. */
export interface OpenedDatabase extends Database {
  readonly migrations: MigrationConnection;
}
