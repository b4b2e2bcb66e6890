import { type SQL, sql } from 'drizzle-orm';
import { FlowMasonError } from '../../core/errors.ts';
import { sqliteKit } from '../tables/sqlite-kit.ts';
import { defineTables } from '../tables/tables.ts';
import { codesOf, messageOf } from './causes.ts';
import type { Dialect } from './dialect.ts';

const RECORD = {
  outputs: sql`insert into outputs (digest, content, created_at)
    select row.value ->> 'digest', row.value ->> 'content', row.value ->> 'created_at'`,
  journal: sql`insert into journal (run, seq, epoch, kind, path, entry, output)
    select runs.id, row.value ->> 'seq', runs.epoch, row.value ->> 'kind', row.value ->> 'path', row.value ->> 'entry',
      row.value ->> 'output'`,
  log: sql`insert into run_logs (run, seq, at, level, path, message, data)
    select runs.id, row.value ->> 'seq', row.value ->> 'at', row.value ->> 'level', row.value ->> 'path',
      row.value ->> 'message', row.value ->> 'data'`,
};

/** SQLite's way. A write transaction has the whole database, so no row needs a lock. */
export const sqlite: Dialect = {
  name: 'sqlite',
  tables: defineTables(sqliteKit),
  lock: (query) => query,
  hasten: (statement) => statement,
  rows: (db, statement) => db.all(statement),
  noted: (change, notes) => [change, ...notes.map((note) => note(sql`true`))],
  plus: (column, amount) => sql`${column} + ${amount}`,
  excluded: (column) => sql.raw(`excluded."${column.name}"`),
  time: sql`select cast(unixepoch('subsec') * 1000 as integer) as now`,
  record(rows): readonly SQL[] {
    return (['outputs', 'journal', 'log'] as const).flatMap((kind) => {
      const text = rows[kind];
      if (text === undefined) return [];
      const answer = kind === 'outputs' ? sql`` : sql` returning run`;
      return [
        sql`${RECORD[kind]} from json_each(${text}) as row
          join runs on runs.id = row.value ->> 'run' and runs.epoch = row.value ->> 'epoch' and runs.status = 'running'
          where true on conflict do nothing${answer}`,
      ];
    });
  },
  absent: (digests): SQL => sql`select value as digest from json_each(${digests})
    where not exists (select 1 from pipelines where digest = value)`,
  unchecked: (digests, checker): SQL => sql`select value as digest from json_each(${digests})
    where not exists (select 1 from pipeline_facts where digest = value and checker = ${checker})`,
  members: (release, pipelines): SQL => sql`insert into release_pipelines (release, name, pipeline)
    select ${release}, key, value from json_each(${pipelines})`,
  due: (now) => sql`select count(*) as depth, ${now} - min(accepted_at) as age from runs where status = 'queued'`,
  migrations: {
    lock: undefined,
    tables: `select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\'`,
    create: `create table if not exists flowmason_migrations (number integer primary key, name text not null unique, hash text not null, applied_at integer not null)`,
    list: 'select name, hash from flowmason_migrations order by number',
    add: 'insert into flowmason_migrations (name, hash, applied_at) values (?, ?, ?)',
  },
  failure(error) {
    for (const code of codesOf(error)) {
      const meaning = MEANINGS[code] ?? MEANINGS[code.split('_', 2).join('_')];
      if (meaning) return new FlowMasonError(meaning.code, meaning.message, { hint: meaning.hint, cause: error });
    }
    if (!/no such (table|column)/.test(messageOf(error))) return undefined;
    return new FlowMasonError('SCHEMA_BEHIND', `The database lacks what this version needs: ${messageOf(error)}`, {
      hint: 'fm migrate',
      cause: error,
    });
  },
};

interface Meaning {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

const BUSY: Meaning = {
  code: 'DATABASE_BUSY',
  message: 'Another process has held the database for too long',
  hint: 'Run it again, or end the process that writes to the file all the time.',
};
const CORRUPT: Meaning = {
  code: 'DATABASE_CORRUPT',
  message: 'The database file is damaged',
  hint: 'Put a backup in its place, or move it away to begin with an empty one.',
};

const MEANINGS: Readonly<Record<string, Meaning>> = {
  SQLITE_BUSY: BUSY,
  SQLITE_LOCKED: BUSY,
  SQLITE_CORRUPT: CORRUPT,
  SQLITE_NOTADB: {
    code: 'DATABASE_FOREIGN',
    message: 'The file is not a database',
    hint: 'Move it away, or name another file in the database URL.',
  },
  SQLITE_FULL: {
    code: 'DATABASE_DISK',
    message: 'The disk of the database is full',
    hint: 'Make room; what was going to be written has not been written.',
  },
  SQLITE_READONLY: {
    code: 'DATABASE_READ_ONLY',
    message: 'The database cannot be written',
    hint: 'Give yourself the right to write to the file and its folder.',
  },
  SQLITE_CANTOPEN: {
    code: 'DATABASE_READ_ONLY',
    message: 'The database file cannot be opened or made',
    hint: 'Make its folder, and give yourself the right to write there.',
  },
  SQLITE_IOERR: {
    code: 'DATABASE_DISK',
    message: 'The disk of the database reports an error',
    hint: 'Look for a full or failing disk; what was going to be written has not been written.',
  },
  SQLITE_CONSTRAINT_PRIMARYKEY: { code: 'ALREADY_EXISTS', message: 'It exists already' },
  SQLITE_CONSTRAINT_UNIQUE: { code: 'ALREADY_EXISTS', message: 'It exists already' },
};
