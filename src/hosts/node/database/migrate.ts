import { FlowMasonError } from '../../../core/errors.ts';
import { isObject, own } from '../../../core/json.ts';
import { type Migration, migrate, requireSchema, schemaSteps } from '../../../store/migrate.ts';
import type { OpenedDatabase } from '../../edge/opened.ts';
import { systemClock } from '../clock.ts';
import { readMigrations } from './migrations.ts';
import { openDatabase } from './open.ts';

/** Brings the database of a URL to this version, its queue included where it has one; answers the steps that it lacked. `dryRun` only looks. Throws as `migrate`. */
export async function migrateDatabase(
  url: string,
  { folder, dryRun }: { readonly folder: string; readonly dryRun: boolean },
): Promise<string[]> {
  const database = await openDatabase(url, folder);
  try {
    const migrations = readMigrations()[database.dialect.name];
    if (dryRun) return await missing(database, migrations);
    const applied = await migrate(database.migrations, migrations, systemClock.now());
    if (database.dialect.name === 'postgres') {
      const { installQueue } = await import('../dispatcher/pg-boss/install-queue.ts');
      await installQueue(url);
    }
    return applied;
  } finally {
    await database.release();
  }
}

async function missing(
  { migrations: connection }: OpenedDatabase,
  migrations: readonly Migration[],
): Promise<string[]> {
  try {
    await requireSchema(connection, schemaSteps(migrations));
    return [];
  } catch (error) {
    if (!(error instanceof FlowMasonError) || error.code !== 'SCHEMA_BEHIND') throw error;
    const names = isObject(error.details) ? own(error.details, 'missing') : undefined;
    return Array.isArray(names) ? names.map(String) : [];
  }
}
