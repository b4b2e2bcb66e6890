import { type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { FlowMasonError } from '../../core/errors.ts';
import { postgresTables } from '../tables/postgres-tables.ts';
import { codesOf, messageOf } from './causes.ts';
import type { Db, Dialect } from './dialect.ts';
import { fillerOf, type Values } from './fill.ts';
import { flat } from './flat.ts';
import { hasten } from './hasten.ts';
import { RUN_GROUPS, recordStatement } from './postgres-groups.ts';

/** Methods that only PostgreSQL's builders have. */
interface Lockable {
  for(strength: 'update'): unknown;
}
/** What drizzle's database has of postgres.js. */
interface Driven {
  readonly $client: {
    unsafe(text: string, values: unknown[], options: { prepare: boolean }): Promise<Record<string, unknown>[]>;
  };
}

const WRITER = new PgDialect();
const ENQUEUE = writtenOnce(sql`select flowmason_enqueue(
    ${sql.placeholder('tenant')}::text, ${sql.placeholder('run')}::text, ${sql.placeholder('segment')}::bigint,
    ${sql.placeholder('priority')}::integer, ${sql.placeholder('delay')}::bigint, ${sql.placeholder('retry')}::integer,
    ${sql.placeholder('most')}::integer)`);

/** Any number will do; it is the same in every version. */
const MIGRATION_LOCK = 0x466c_6f77;

/** PostgreSQL's way. Transactions read what is committed; rows that a decision rests on are locked. */
export const postgres: Dialect = {
  name: 'postgres',
  tables: postgresTables,
  // A query that drizzle built for PostgreSQL has this method, and its type says libSQL only because `Db` does.
  lock: <Q extends object>(query: Q): Q => (query as unknown as Lockable).for('update') as Q,
  hasten,
  // Not the database's `execute`: PostgreSQL would plan the statement anew each time. These have few texts.
  rows: async (db: Db, statement) => {
    const { sql: text, params } = WRITER.sqlToQuery(statement);
    return [...(await clientOf(db).unsafe(text, params, { prepare: true }))];
  },
  // One statement, so that the notes cost no round trip.
  noted: (change, notes) => {
    const parts = notes.map(
      (note, at) => sql`${sql.raw(`note_${at}`)} as (${note(sql`exists (select 1 from changed)`)})`,
    );
    return [sql`with changed as (${change}), ${sql.join(parts, sql`, `)} select * from changed`];
  },
  plus: (column, amount) => sql`${column} + ${amount}`,
  excluded: (column) => sql.raw(`excluded."${column.name}"`),
  time: sql`select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`,
  record: (rows, options) => [recordStatement(rows, options)],
  groups: RUN_GROUPS,
  absent: (digests): SQL => sql`select wanted.value as digest from json_array_elements_text(${digests}::json) as wanted
    where not exists (select 1 from pipelines where pipelines.digest = wanted.value)`,
  unchecked: (digests, checker): SQL => sql`select wanted.value as digest
    from json_array_elements_text(${digests}::json) as wanted
    where not exists (select 1 from pipeline_facts where digest = wanted.value and checker = ${checker})`,
  members: (release, pipelines): SQL => sql`insert into release_pipelines (release, name, pipeline)
    select ${release}::text, key, value from json_each_text(${pipelines}::json)`,
  enqueue: async (db: Db, { tenant, run, segment, priority, delay = 0, retry = 0, most = null }) => {
    const values = { tenant, run, segment, priority, delay: Math.round(delay), retry, most };
    await clientOf(db).unsafe(ENQUEUE.text, ENQUEUE.fill(values), { prepare: true });
  },
  // A state at a time, so that each count and each minimum is a short look at pg-boss' index over name, state and time.
  backlog: (tenant, most): SQL => {
    const mine = tenant === null ? sql`true` : sql`group_id = ${tenant}`;
    const due = (state: SQL): SQL => sql`from pgboss.job
      where name = 'runs' and state = ${state} and not blocked and start_after <= pgboss.job_now() and ${mine}`;
    const [fresh, again] = [due(sql`'created'`), due(sql`'retry'`)];
    return sql`select (select count(*) from (
        (select ${fresh} limit ${most}) union all (select ${again} limit ${most}) limit ${most}
      ) as due) as queued,
      coalesce(greatest(0, extract(epoch from pgboss.job_now() -
        least((select min(start_after) ${fresh}), (select min(start_after) ${again}))) * 1000), 0) as age_ms`;
  },
  queue: sql`select name from pgboss.queue where name = 'runs'`,
  installed: sql`select 1 as found where to_regclass('pgboss.job') is not null`,
  due: () => sql`select count(*) as depth, extract(epoch from now() - min(start_after)) * 1000 as age
    from pgboss.job where name = 'runs' and state < 'active' and start_after <= now()`,
  migrations: {
    lock: `select pg_advisory_xact_lock(${MIGRATION_LOCK})`,
    tables: 'select tablename as name from pg_tables where schemaname = current_schema()',
    create: `create table if not exists flowmason_migrations (number bigint generated always as identity primary key, name text not null unique, hash text not null, applied_at bigint not null)`,
    list: 'select name, hash from flowmason_migrations order by number',
    add: 'insert into flowmason_migrations (name, hash, applied_at) values ($1, $2, $3)',
  },
  failure(error) {
    for (const code of codesOf(error)) {
      const meaning = MEANINGS[code] ?? MEANINGS[code.slice(0, 2)];
      if (!meaning) continue;
      const message = meaning.says ? `${meaning.message}: ${messageOf(error)}` : meaning.message;
      return new FlowMasonError(meaning.code, message, { hint: meaning.hint, cause: error });
    }
    if (!isFatal(error)) return undefined;
    const { code, message, hint } = UNREACHABLE;
    return new FlowMasonError(code, `${message}: ${messageOf(error)}`, { hint, cause: error });
  },
};

function clientOf(db: Db): Driven['$client'] {
  // Of PostgreSQL's database, which its type says less of, see `Db`.
  return (db as unknown as Driven).$client;
}

/** A statement of which only the values differ from call to call: to write it takes as long as to send it. */
function writtenOnce(statement: SQL): { readonly text: string; readonly fill: (values: Values) => unknown[] } {
  const { sql: text, params } = WRITER.sqlToQuery(statement);
  return { text: flat(text), fill: fillerOf(params) };
}

/** The server did not take the connection or has ended it, for whatever reason; a statement fails with less than that. */
function isFatal(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    const severity: unknown = Reflect.get(at, 'severity');
    if (severity === 'FATAL' || severity === 'PANIC') return true;
  }
  return false;
}

interface Meaning {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** Whether the server's own words help. */
  readonly says?: boolean;
}

const BUSY: Meaning = {
  code: 'DATABASE_BUSY',
  message: 'Others changed the same rows again and again',
  hint: 'Run it again.',
};
const UNREACHABLE: Meaning = {
  code: 'DATABASE_UNREACHABLE',
  message: 'The database cannot be reached',
  hint: 'Check that the server runs and that the database URL is right.',
  says: true,
};
const BEHIND: Meaning = {
  code: 'SCHEMA_BEHIND',
  message: 'The database lacks what this version needs',
  hint: 'fm migrate',
  says: true,
};

/** By SQLSTATE, its class, or the driver's word (PostgreSQL 18, appendix A). */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  '40001': BUSY,
  '40P01': BUSY,
  '55P03': BUSY,
  '23505': { code: 'ALREADY_EXISTS', message: 'It exists already' },
  '25006': {
    code: 'DATABASE_READ_ONLY',
    message: 'The database cannot be written',
    hint: 'The URL may name a standby server; name the primary one.',
  },
  '42501': {
    code: 'DATABASE_READ_ONLY',
    message: 'The database user may not do this',
    hint: 'Give the user rights on the schema.',
    says: true,
  },
  '53100': {
    code: 'DATABASE_DISK',
    message: 'The disk of the database is full',
    hint: 'Make room; what was going to be written has not been written.',
  },
  '53': { ...UNREACHABLE, message: 'The database has no room for another connection' },
  XX001: { code: 'DATABASE_CORRUPT', message: 'The database is damaged', says: true },
  XX002: { code: 'DATABASE_CORRUPT', message: 'The database is damaged', says: true },
  '42P01': BEHIND,
  '42703': BEHIND,
  '42883': BEHIND,
  '3F': BEHIND,
  '08': UNREACHABLE,
  // The server has ended a transaction that was silent, or lasted, for too long.
  '25P03': UNREACHABLE,
  '25P04': UNREACHABLE,
  '28': { ...UNREACHABLE, message: 'The database refuses the login' },
  '3D': { ...UNREACHABLE, message: 'There is no such database' },
  '57P01': UNREACHABLE,
  '57P02': UNREACHABLE,
  '57P03': UNREACHABLE,
  ECONNREFUSED: UNREACHABLE,
  ECONNRESET: UNREACHABLE,
  EPIPE: UNREACHABLE,
  ENOTFOUND: UNREACHABLE,
  EAI_AGAIN: UNREACHABLE,
  EHOSTUNREACH: UNREACHABLE,
  ETIMEDOUT: UNREACHABLE,
  CONNECT_TIMEOUT: UNREACHABLE,
  CONNECTION_CLOSED: UNREACHABLE,
  CONNECTION_DESTROYED: UNREACHABLE,
  CONNECTION_ENDED: UNREACHABLE,
};
