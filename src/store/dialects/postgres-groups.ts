import { type SQL, sql } from 'drizzle-orm';
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

/**
 * `Dialect.record` as one statement. Runs are locked in one order, with a look at an index each, however many there are.
 * The lock is shared: whoever takes a run over waits for this statement, or this one sees that it was taken over.
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
      lateral (
        select id from runs where id = asked.run and epoch = asked.epoch and status = 'running'
        for share ${skip(options)}
      ) as held
    ), ${sql.join(writes, sql`, `)}
    ${sql.join(added, sql` union all `)}`;
}

export const RUN_GROUPS: RunGroups = {
  // Of two that come with one epoch only the first has it.
  take: (takers, options) => sql`with asked as (
      select * from json_to_recordset(${takers}::json)
        as row (run text collate "C", epoch bigint, worker text collate "C", host text, now bigint)
      order by run
    ), held as (
      select asked.*, old.started_at as began from asked, lateral (
        select started_at from runs where id = asked.run
          and ((status = 'queued' and epoch <= asked.epoch) or (status = 'running' and epoch < asked.epoch))
        for update ${skip(options)}
      ) as old
    ), changed as (
      update runs set status = 'running', epoch = held.epoch, started_at = coalesce(held.began, held.now)
      from held where id = held.run returning runs.*, held.began, held.worker, held.host, held.now
    ), lost as (
      update run_attempts as attempt set ended_at = changed.now, outcome = 'worker_lost' from changed
      where attempt.run = changed.id and attempt.ended_at is null
        and not (attempt.epoch = changed.epoch and attempt.worker = changed.worker)
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
      select asked.* from asked, lateral (
        select id from runs where id = asked.run and epoch = asked.epoch and status = 'running'
        for update ${skip(options)}
      ) as old
    ), changed as (
      update runs set status = held.status, result = held.result, error = held.error, usage = held.usage, waiting = null,
        finished_at = held.now
      from held where id = held.run returning id, concurrency_key, held.epoch, held.now, held.outcome
    ), noted as (
      update run_attempts as attempt set ended_at = changed.now, outcome = changed.outcome from changed
      where attempt.run = changed.id and attempt.epoch = changed.epoch and attempt.ended_at is null
    )
    select id, concurrency_key from changed`,
};

function skip({ skipLocked }: GroupOptions): SQL {
  return skipLocked ? sql`skip locked` : sql``;
}
