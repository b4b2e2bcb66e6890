import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import { FIRST_SEGMENT } from '../epoch.ts';
import { postgresTables } from '../tables/postgres-tables.ts';
import type { GroupOptions, RecordRows, RunGroups } from './dialect.ts';

/** Columns of the rows that are recorded, as they come in JSON. */
const COLUMNS = {
  outputs: sql`run text collate "C", epoch bigint, digest text, content text, created_at bigint`,
  journal: sql`run text collate "C", epoch bigint, seq bigint, kind text, path text, entry text, output text`,
  log: sql`run text collate "C", epoch bigint, seq bigint, at bigint, level text, path text, message text, data text`,
};

const WRITES = {
  outputs: sql`insert into outputs (digest, content, created_at)
    select digest, content, created_at from outputs_rows natural join fence
    on conflict do nothing`,
  journal: sql`insert into journal (run, seq, epoch, kind, path, entry, output)
    select run, seq, epoch, kind, path, entry, output from journal_rows natural join fence
    on conflict do nothing returning run`,
  log: sql`insert into run_logs (run, seq, at, level, path, message, data)
    select run, seq, at, level, path, message, data from log_rows natural join fence
    on conflict do nothing returning run`,
};

/** An update of rows that are known: as such PostgreSQL would read the whole table for some of them. */
const LEFT = sql`on conflict (run, epoch, worker) do update set ended_at = excluded.ended_at, outcome = excluded.outcome`;

/**
 * `Dialect.record` as one statement. The lock of a run is shared: whoever takes it over waits for this statement, or this one
 * sees that it was taken over. Here and below runs are locked in one order, each by its key alone (`offset 0`): looked up by
 * status, as PostgreSQL would plan where few are running, each would be searched among all that are.
 */
export function recordStatement(rows: RecordRows, options: GroupOptions): SQL {
  const kinds = (['outputs', 'journal', 'log'] as const).filter((kind) => rows[kind] !== undefined);
  const counted = kinds.filter((kind) => kind !== 'outputs');
  const sources = kinds.map(
    (kind) =>
      sql`${sql.raw(`${kind}_rows`)} as (select * from json_to_recordset(${rows[kind]}::json) as row (${COLUMNS[kind]}))`,
  );
  const asked = counted.map((kind) => sql`select run, epoch from ${sql.raw(`${kind}_rows`)}`);
  const writes = kinds.map((kind) => sql`${sql.raw(`${kind}_new`)} as (${WRITES[kind]})`);
  const added = counted.map((kind) => sql`select run from ${sql.raw(`${kind}_new`)}`);
  return sql`with ${sql.join(sources, sql`, `)}, fence as (
      select asked.run, asked.epoch from (select run, epoch from (${sql.join(asked, sql` union `)}) as all_asked order by run) as asked,
      lateral (select epoch, status from runs where id = asked.run offset 0 for share ${skip(options)}) as held
      where held.epoch = asked.epoch and held.status = 'running'
    ), ${sql.join(writes, sql`, `)}
    ${sql.join(added, sql` union all `)}`;
}

/** Columns of runs as they come in JSON, by the types that they have. */
const RUN_COLUMNS = Object.values(getTableColumns(postgresTables.runs));
const RUN_NAMES = sql.raw(RUN_COLUMNS.map(({ name }) => name).join(', '));
const RUN_TYPES = sql.raw(RUN_COLUMNS.map((column) => `${column.name} ${column.getSQLType()}`).join(', '));

export const RUN_GROUPS: RunGroups = {
  accept: (runs) => sql`with asked as (
      select * from json_to_recordset(${runs}::json) as row (${RUN_TYPES}, job_tenant text, job_most integer)
    ), accepted as (
      insert into runs (${RUN_NAMES}) select ${RUN_NAMES} from asked on conflict do nothing returning id
    )
    select id, flowmason_enqueue(job_tenant, id, ${sql.raw(String(FIRST_SEGMENT))}, priority::integer, 0, 0, job_most)
    from accepted natural join asked`,

  // Of two that come with one epoch only the first has it.
  take: (takers, options) => sql`with asked as (
      select * from json_to_recordset(${takers}::json)
        as row (run text collate "C", epoch bigint, worker text collate "C", host text, now bigint)
      order by run
    ), held as (
      select asked.*, old.started_at as began from asked,
      lateral (
        select epoch, status, started_at from runs where id = asked.run offset 0 for update ${skip(options)}
      ) as old
      where (old.status = 'queued' and old.epoch <= asked.epoch) or (old.status = 'running' and old.epoch < asked.epoch)
    ), changed as (
      update runs set status = 'running', epoch = held.epoch, started_at = coalesce(held.began, held.now)
      from held where id = held.run returning runs.*, held.began, held.worker, held.host, held.now
    ), lost as (
      insert into run_attempts (run, epoch, worker, host, started_at, ended_at, outcome)
      select changed.id, attempt.*, changed.now, 'worker_lost' from changed, lateral (
        select epoch, worker, host, started_at from run_attempts
        where run = changed.id and ended_at is null and not (epoch = changed.epoch and worker = changed.worker) offset 0
      ) as attempt
      where changed.began is not null
      ${LEFT}
    ), taken as (
      insert into run_attempts (run, epoch, worker, host, started_at)
      select id, epoch, worker, host, now from changed
      on conflict (run, epoch, worker) do update
      set host = excluded.host, started_at = excluded.started_at, ended_at = null, outcome = null
    )
    select * from changed`,

  end: (ends, options) => sql`with asked as (
      select * from json_to_recordset(${ends}::json) as row (
        run text collate "C", epoch bigint, status text, result text, error text, usage text, now bigint, outcome text
      )
      order by run
    ), held as (
      select asked.* from asked,
      lateral (select epoch, status from runs where id = asked.run offset 0 for update ${skip(options)}) as old
      where old.epoch = asked.epoch and old.status = 'running'
    ), changed as (
      update runs set status = held.status, result = held.result, error = held.error, usage = held.usage, waiting = null,
        finished_at = held.now
      from held where id = held.run returning id, concurrency_key, held.epoch, held.now, held.outcome
    ), noted as (
      insert into run_attempts (run, epoch, worker, host, started_at, ended_at, outcome)
      select changed.id, attempt.*, changed.now, changed.outcome from changed, lateral (
        select epoch, worker, host, started_at from run_attempts
        where run = changed.id and epoch = changed.epoch and ended_at is null offset 0
      ) as attempt
      ${LEFT}
    )
    select id, concurrency_key from changed`,
};

function skip({ skipLocked }: GroupOptions): SQL {
  return skipLocked ? sql`skip locked` : sql``;
}
