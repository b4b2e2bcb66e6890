import { fail } from '../core/errors.ts';
import { sha256Hex } from '../core/sha256.ts';
import type { Dialect } from './dialects/dialect.ts';
import { translated } from './handle.ts';

/** One step of the schema, generated from the tables. It never changes after a release. */
export interface Migration {
  readonly name: string;
  /** Statements, separated by `--> statement-breakpoint`. */
  readonly sql: string;
}

/** A step as a database that has it remembers it. */
export interface SchemaStep {
  readonly name: string;
  /** SHA-256 of its SQL, in hex. */
  readonly hash: string;
}

export function schemaSteps(migrations: readonly Migration[]): SchemaStep[] {
  return migrations.map(({ name, sql }) => ({ name, hash: sha256Hex(sql) }));
}

/** Runs a statement with its values and answers its rows. */
export type RunSql = (statement: string, values?: readonly (string | number)[]) => Promise<Record<string, unknown>[]>;

/** A connection for migrations only. */
export interface MigrationConnection {
  readonly dialect: Dialect;
  /** Runs `work` in one write transaction. */
  transaction<T>(work: (run: RunSql) => Promise<T>): Promise<T>;
}

const BREAK = '--> statement-breakpoint';

/**
 * Brings a database to this version: all that is missing or nothing, one process at a time, forward only. Answers the
 * names of what it applied. Throws FlowMasonError `DATABASE_FOREIGN` (other tables, not ours), `SCHEMA_NEWER`,
 * `SCHEMA_CHANGED`, and what the database says.
 */
export async function migrate(
  connection: MigrationConnection,
  migrations: readonly Migration[],
  now: number,
): Promise<string[]> {
  const { dialect } = connection;
  const statements = dialect.migrations;
  return inTransaction(connection, async (run) => {
    if (statements.lock !== undefined) await run(statements.lock);
    const pending = migrations.slice(await applied(dialect, run, schemaSteps(migrations)));
    if (pending.length > 0) await run(statements.create);
    for (const { name, sql } of pending) {
      for (const statement of sql.split(BREAK)) if (statement.trim() !== '') await run(statement);
      await run(statements.add, [name, sha256Hex(sql), now]);
    }
    return pending.map(({ name }) => name);
  });
}

/**
 * Goes on only when the database has exactly this version's schema. Throws FlowMasonError `SCHEMA_BEHIND` and as
 * `migrate`; changes nothing.
 */
export async function requireSchema(connection: MigrationConnection, steps: readonly SchemaStep[]): Promise<void> {
  const count = await inTransaction(connection, (run) => applied(connection.dialect, run, steps));
  if (count === steps.length) return;
  fail('SCHEMA_BEHIND', `The database lacks ${steps.length - count} of ${steps.length} steps of the schema`, {
    hint: 'fm migrate',
    details: { missing: steps.slice(count).map(({ name }) => name) },
  });
}

async function inTransaction<T>(connection: MigrationConnection, work: (run: RunSql) => Promise<T>): Promise<T> {
  try {
    return await connection.transaction(work);
  } catch (error) {
    throw translated(connection.dialect, error);
  }
}

/** How many of the steps the database has; they are a beginning of the list, unchanged. */
async function applied(dialect: Dialect, run: RunSql, steps: readonly SchemaStep[]): Promise<number> {
  const { tables, list } = dialect.migrations;
  const names = (await run(tables)).map(({ name }) => String(name));
  if (!names.includes('flowmason_migrations')) {
    if (names.length === 0) return 0;
    return fail('DATABASE_FOREIGN', `The database holds tables of something else: ${names.slice(0, 5).join(', ')}`, {
      hint: 'Name a database of its own for FlowMason.',
    });
  }
  const rows = await run(list);
  for (const [index, { name, hash }] of rows.entries()) {
    const known = steps[index];
    if (known === undefined) {
      fail('SCHEMA_NEWER', `The database was changed by a newer FlowMason: it has ${name}`, {
        hint: 'Install the newer version; the schema never goes back.',
      });
    }
    if (known.name !== name || known.hash !== hash) {
      fail('SCHEMA_CHANGED', `The database has another ${known.name} than this version`, {
        hint: 'Use a released version, or begin with an empty database.',
        details: { expected: known.name, found: String(name) },
      });
    }
  }
  return rows.length;
}
