import { sql } from 'drizzle-orm';
import type { AttemptOutcome } from '../../core/api/run.ts';
import type { JournalEntry } from '../../core/journal.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import type { Failure, LogEntry, RunStatus, Usage } from '../../core/run.ts';
import type { Kit } from './kit.ts';

/** What the journal keeps; lines of the log have a table of their own. */
export type RecordedEntry = Exclude<JournalEntry, { kind: 'log' }>;

/** One thing that a parked run waits for. `until` in epoch milliseconds. */
export type Wait = { path: string; signal?: string; message?: string; until?: number };

export type UsageJson = Pick<Usage, keyof Usage>;

/** Runs, what they recorded, and what wakes them. */
export function runTables(kit: Kit) {
  const runs = kit.table(
    'runs',
    {
      id: kit.text().primaryKey(),
      environment: kit.text().notNull(),
      project: kit.text().notNull(),
      pipeline: kit.text().notNull(),
      version: kit.text().notNull(),
      /** For life: the release that was active when the run was accepted. */
      release: kit.text().notNull(),
      status: kit.text().$type<RunStatus>().notNull(),
      /** Who may write now; `epoch.ts`. */
      epoch: kit.integer().notNull(),
      /** Times that it was continued with `--from`. */
      repetition: kit.integer().notNull(),
      priority: kit.integer().notNull(),
      concurrency_key: kit.text(),
      /** The id of the trigger that started it. */
      trigger: kit.text(),
      actor: kit.text().notNull(),
      /** Of the call that started it (W3C Trace Context), so that all its attempts are in one trace. */
      traceparent: kit.text(),
      /** SQL's null and JSON's are the same here and below. */
      input: kit.json(),
      vars: kit.json().$type<Record<string, Json>>().notNull(),
      result: kit.json(),
      error: kit.json().$type<Failure>(),
      usage: kit.json().$type<UsageJson>(),
      /** What it waits for, while it waits. */
      waiting: kit.json().$type<Wait[]>(),
      cancel_requested_at: kit.timestamp(),
      accepted_at: kit.timestamp().notNull(),
      started_at: kit.timestamp(),
      finished_at: kit.timestamp(),
    },
    (t) => [
      kit.index('runs_accepted').on(t.environment, t.accepted_at, t.id),
      kit.index('runs_pipeline').on(t.environment, t.pipeline, t.accepted_at, t.id),
      kit.index('runs_status').on(t.status, t.finished_at),
      kit.index('runs_release').on(t.release, t.status),
    ],
  );

  /** Each time that a worker has taken a run; a worker that takes it again in the same epoch has one row. */
  const runAttempts = kit.table(
    'run_attempts',
    {
      run: kit.text().notNull(),
      epoch: kit.integer().notNull(),
      worker: kit.text().notNull(),
      host: kit.text().notNull(),
      started_at: kit.timestamp().notNull(),
      ended_at: kit.timestamp(),
      /** Why it has ended. */
      outcome: kit.text().$type<AttemptOutcome>(),
    },
    (t) => [kit.primaryKey({ columns: [t.run, t.epoch, t.worker] })],
  );

  const journalColumns = () => ({
    run: kit.text().notNull(),
    /** Counts the entries of a run, its log included, from 1. */
    seq: kit.integer().notNull(),
    epoch: kit.integer().notNull(),
    kind: kit.text().$type<RecordedEntry['kind']>().notNull(),
    path: kit.text().notNull(),
    /** The entry; of one with a large output without it. */
    entry: kit.json().$type<RecordedEntry>().notNull(),
    /** Where a large output is. */
    output: kit.text(),
  });
  const journal = kit.table('journal', journalColumns(), (t) => [kit.primaryKey({ columns: [t.run, t.seq] })]);

  /** What a resumed run took out of its journal. */
  const journalHistory = kit.table(
    'journal_history',
    { ...journalColumns(), repetition: kit.integer().notNull() },
    (t) => [kit.primaryKey({ columns: [t.run, t.repetition, t.seq] })],
  );

  /** Large outputs, each kept once: its JSON text. */
  const outputs = kit.table('outputs', {
    digest: kit.text().primaryKey(),
    content: kit.text().notNull(),
    created_at: kit.timestamp().notNull(),
  });

  const runLogs = kit.table(
    'run_logs',
    {
      run: kit.text().notNull(),
      seq: kit.integer().notNull(),
      at: kit.timestamp().notNull(),
      level: kit.text().$type<LogEntry['level']>().notNull(),
      path: kit.text().notNull(),
      /** As JSON, because a message may hold any character. */
      message: kit.json().$type<string>().notNull(),
      data: kit.json(),
    },
    (t) => [kit.primaryKey({ columns: [t.run, t.seq] })],
  );

  /** A place among the runs of a pipeline with `concurrency`. */
  const slots = kit.table(
    'run_slots',
    {
      environment: kit.text().notNull(),
      pipeline: kit.text().notNull(),
      key: kit.text().notNull(),
      number: kit.integer().notNull(),
      run: kit.text().notNull(),
    },
    (t) => [
      kit.primaryKey({ columns: [t.environment, t.pipeline, t.key, t.number] }),
      kit.uniqueIndex('run_slots_run').on(t.run),
    ],
  );

  const signals = kit.table(
    'signals',
    {
      run: kit.text().notNull(),
      number: kit.integer().notNull(),
      name: kit.text().notNull(),
      data: kit.json(),
      actor: kit.text().notNull(),
      sent_at: kit.timestamp().notNull(),
      /** The path of the stage that got it; it gets it again after a crash. */
      taken_by: kit.text(),
      /** Why the stage did not take it. */
      refused: kit.text(),
    },
    (t) => [
      kit.primaryKey({ columns: [t.run, t.number] }),
      kit.uniqueIndex('signals_one_open').on(t.run, t.name).where(sql`taken_by is null and refused is null`),
    ],
  );

  const triggers = kit.table(
    'triggers',
    {
      environment: kit.text().notNull(),
      project: kit.text().notNull(),
      pipeline: kit.text().notNull(),
      id: kit.text().notNull(),
      type: kit.text().notNull(),
      /** As the pipeline's file has it. */
      definition: kit.json().$type<JsonObject>().notNull(),
      /** The path below `/hooks/` of a webhook. */
      path: kit.text(),
      paused: kit.boolean().notNull(),
      next_at: kit.timestamp(),
      last_at: kit.timestamp(),
    },
    (t) => [
      kit.primaryKey({ columns: [t.environment, t.project, t.pipeline, t.id] }),
      kit.index('triggers_due').on(t.next_at),
      kit.uniqueIndex('triggers_path').on(t.environment, t.path),
    ],
  );

  return { runs, runAttempts, journal, journalHistory, outputs, runLogs, slots, signals, triggers };
}
