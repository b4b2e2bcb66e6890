import { isAbsolute, join } from 'node:path';
import { fail } from '../../../core/errors.ts';
import type { Clock } from '../../../core/ports.ts';
import { databaseClock } from '../../../store/database-clock.ts';
import { migrate, requireSchema, schemaSteps } from '../../../store/migrate.ts';
import { createStore, type Store } from '../../../store/store.ts';
import type { OpenedDatabase } from '../../edge/opened.ts';
import { systemClock } from '../clock.ts';
import { readMigrations } from './migrations.ts';
import { orReadOnly } from './or-read-only.ts';

export interface OpenOptions {
  /** What `sqlite:///x` is relative to. */
  readonly folder: string;
  /** Whether to bring the schema to this version; else it has to be there. */
  readonly migrate: boolean;
  /** `PostgresOptions.connections`. */
  readonly connections?: number | undefined;
  /** Reads a file that may not be written as it is now, and refuses every change with what keeps it from being written. */
  readonly orReadOnly?: boolean | undefined;
}

/**
 * Opens the database of a URL: `sqlite:///file` below the folder, `sqlite:////file` absolute, `sqlite::memory:`, or
 * `postgresql://…`. The driver is loaded now, and no other. Throws FlowMasonError `USAGE` for other URLs, and as the
 * openers.
 */
export async function openDatabase(url: string, folder: string, connections?: number): Promise<OpenedDatabase> {
  if (/^postgres(ql)?:\/\//.test(url)) {
    const { openPostgres } = await import('./postgres.ts');
    return openPostgres(url, { connections });
  }
  const { openLibsql, IN_MEMORY } = await import('./libsql.ts');
  if (url === 'sqlite::memory:') return openLibsql(IN_MEMORY);
  const file = fileOf(url, folder);
  if (file === undefined) {
    fail('USAGE', 'A database URL begins with sqlite:/// or postgresql://', {
      hint: 'Write sqlite:///flowmason.db, or postgresql://user@host/database.',
    });
  }
  return openLibsql(file);
}

/** The file of a URL; undefined when it names none. */
function fileOf(url: string, folder: string): string | undefined {
  const path = /^sqlite:\/\/\/(.+)$/.exec(url)?.[1];
  return path === undefined || isAbsolute(path) ? path : join(folder, path);
}

/** The store in the database of a URL. Throws as `openDatabase`, `migrate` and `requireSchema`. */
export async function openStore(url: string, options: OpenOptions): Promise<Store> {
  const file = fileOf(url, options.folder);
  const open = (): Promise<OpenedDatabase> => opened(openDatabase(url, options.folder, options.connections), options);
  if (file === undefined || !options.orReadOnly) return storeIn(await open());
  return storeIn(await orReadOnly(file, open, (database) => opened(database, options)));
}

/** Brought to this version, or looked at whether it has that. */
async function opened(
  opening: Promise<OpenedDatabase>,
  options: Pick<OpenOptions, 'migrate'>,
): Promise<OpenedDatabase> {
  const database = await opening;
  try {
    const migrations = readMigrations()[database.dialect.name];
    if (options.migrate) await migrate(database.migrations, migrations, systemClock.now());
    else await requireSchema(database.migrations, schemaSteps(migrations));
    return database;
  } catch (error) {
    await database.release();
    throw error;
  }
}

async function storeIn(database: OpenedDatabase): Promise<Store> {
  try {
    return createStore(database, await clockOf(database));
  } catch (error) {
    await database.release();
    throw error;
  }
}

/** A file is of this machine; a server is shared with others, whose clocks may differ. */
async function clockOf({ dialect, db }: OpenedDatabase): Promise<Clock> {
  if (dialect.name === 'sqlite') return systemClock;
  const clock = databaseClock(systemClock);
  const time = async (): Promise<number> => Number((await dialect.rows(db, dialect.time))[0]?.now);
  await clock.follow(time);
  return {
    now() {
      void clock.follow(time);
      return clock.now();
    },
    after: clock.after,
  };
}
