import { and, count, desc, eq, gt, inArray, isNull, lt, sql } from 'drizzle-orm';
import { fail } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import type { RunStatus } from '../core/run.ts';
import { leaveRun, type WorkerName } from './attempts.ts';
import { chunks } from './chunks.ts';
import { endRuns, type RunEnd } from './end-run.ts';
import { type Epoch, FIRST_SEGMENT, nextSegment, packEpoch, unpackEpoch } from './epoch.ts';
import type { Handle } from './handle.ts';
import { placeholders } from './placeholders.ts';
import { type Rewind, rewindRun } from './rewind.ts';
import { runList } from './run-list.ts';
import { hasEnded, type Run, type RunState, refuseStale, UNFINISHED } from './run-states.ts';
import { slots } from './slots.ts';
import type { Wait } from './tables/runs.ts';
import { type TakenRun, takeRuns } from './take-run.ts';

export interface NewRun {
  readonly id: string;
  readonly environment: string;
  readonly project: string;
  readonly pipeline: string;
  readonly version: string;
  readonly release: string;
  /** Masked, like everything that is recorded. */
  readonly input: Json;
  readonly vars: Readonly<Record<string, Json>>;
  readonly actor: string;
  /** Higher goes first. */
  readonly priority?: number;
  /** Value of the pipeline's `concurrency.key` as JSON text. */
  readonly concurrency_key?: string | undefined;
  readonly trigger?: string | undefined;
  /** Of the call that starts it. */
  readonly traceparent?: string | undefined;
}

/** A run that has to be stopped by whoever executes it in this epoch. */
export interface Interrupted {
  readonly id: string;
  readonly epoch: Epoch;
  readonly why: 'cancelled' | 'superseded';
}

export interface RunsInFlight {
  readonly release: string;
  readonly version: string;
  readonly runs: number;
}

/** A run that may begin. */
export interface QueuedRun extends Epoch {
  readonly id: string;
  readonly priority: number;
  readonly accepted_at: number;
}

/** How a worker gives a run back. */
export interface PutBack {
  /** Default: true. */
  readonly begun?: boolean;
  /** Default: the worker is to end. */
  readonly why?: 'drained' | 'put_back';
}

/** What has to be enqueued for a run to go on. */
export interface Segment {
  readonly segment: number;
}

/**
 * Executions and their states. `queued → running → succeeded | failed | cancelled`, with `waiting` in between for one
 * that waits without a worker. Whoever executes a run writes with the epoch that its claim got; later claims fence it off.
 */
export function runs(handle: Handle) {
  const { db, tables, dialect } = handle;
  const { runs: table, releases } = tables;
  const take = takeRuns(handle);
  const endRun = endRuns(handle);

  const get = async (id: string): Promise<Run | undefined> => {
    const [row] = await handle
      .prepared('run', () =>
        db
          .select()
          .from(table)
          .where(eq(table.id, sql.placeholder('id'))),
      )
      .execute({ id });
    return row;
  };

  /** Whether the executor of this epoch may write. */
  const held = (id: string, epoch: Epoch) =>
    and(eq(table.id, id), eq(table.epoch, packEpoch(epoch)), eq(table.status, 'running'));

  return {
    ...runList(handle),

    /** Accepts a run. Its first segment is 1. Throws FlowMasonError `ALREADY_EXISTS` for an id that is taken. */
    async create(run: NewRun): Promise<Run> {
      const row = newRow(handle, run);
      await handle.prepared('new run', () => db.insert(table).values(placeholders(row))).execute({ ...row });
      return row;
    },

    /** What `create` would write. */
    async preview(run: NewRun): Promise<Run> {
      return newRow(handle, run);
    },

    /**
     * Takes a run to execute it: it is queued and nobody has claimed it in a later epoch, or it is running in an earlier one.
     * Undefined when that is not so, and then there is nothing to do. One whose `cancel_requested_at` is set has to be ended.
     */
    claim: (id: string, epoch: Epoch, by?: WorkerName): Promise<TakenRun | undefined> => take(id, epoch, by),

    /**
     * Gives a run back to whoever can go on with it. `begun`: a stage of it may have run; else it counts as not started.
     * Throws FlowMasonError `RUN_SUPERSEDED`.
     */
    async putBack(id: string, epoch: Epoch, { begun = true, why = 'drained' }: PutBack = {}): Promise<void> {
      const change = begun ? {} : { started_at: null };
      const back = db.update(table).set({ status: 'queued', ...change });
      const done = await leaveRun(handle, id, epoch, back.where(held(id, epoch)).returning({ id: table.id }), why);
      if (done.length === 0) await refuseStale(handle, id, packEpoch(epoch));
    },

    /**
     * Replaces what a run works with by its masked form: whoever accepts a run knows no secrets, whoever executes it does.
     * Throws FlowMasonError `RUN_SUPERSEDED`.
     */
    async mask(id: string, epoch: Epoch, masked: Pick<NewRun, 'input' | 'vars'>): Promise<void> {
      const change = { input: masked.input, vars: { ...masked.vars } };
      const done = await db.update(table).set(change).where(held(id, epoch)).returning({ id: table.id });
      if (done.length === 0) await refuseStale(handle, id, packEpoch(epoch));
    },

    /** Ends a run; answers the key of the place that it gives back, null without one. Throws FlowMasonError `RUN_SUPERSEDED`. */
    async finish(id: string, epoch: Epoch, end: RunEnd): Promise<string | null> {
      const done = await endRun(id, epoch, end);
      if (!done) return refuseStale(handle, id, packEpoch(epoch));
      if (done.concurrency_key === null) return null;
      // Not with the update: should it be lost, whoever looks for a slot does it.
      await slots(handle).free(id);
      return done.concurrency_key;
    },

    /**
     * Lets a run wait without a worker. `signalled`: data for one of its signals, or the wish to cancel it, has come in
     * the meantime, so it is still running. Throws FlowMasonError `RUN_SUPERSEDED`.
     */
    async park(id: string, epoch: Epoch, waiting: readonly Wait[]): Promise<'parked' | 'signalled'> {
      const { signals } = tables;
      const names = waiting.flatMap(({ signal }) => signal ?? []);
      return handle.atomically(async (inner) => {
        const [run] = await dialect.lock(inner.db.select().from(table).where(held(id, epoch)));
        if (!run) return refuseStale(inner, id, packEpoch(epoch));
        if (run.cancel_requested_at !== null) return 'signalled';
        const open = and(eq(signals.run, id), isNull(signals.taken_by), isNull(signals.refused));
        const sent = await inner.db.select({ name: signals.name }).from(signals).where(open);
        if (sent.some(({ name }) => names.includes(name))) return 'signalled';
        const change = inner.db.update(table).set({ status: 'waiting', waiting: [...waiting] });
        await leaveRun(inner, id, epoch, change.where(held(id, epoch)).returning({ id: table.id }), 'parked');
        return 'parked';
      });
    },

    /** Queues a waiting run; answers what to enqueue, undefined when it does not wait any more. */
    async wake(id: string): Promise<Segment | undefined> {
      return handle.atomically(async (inner) => {
        const [run] = await dialect.lock(inner.db.select().from(table).where(eq(table.id, id)));
        return run?.status === 'waiting' ? wakeRun(inner, run) : undefined;
      });
    },

    /**
     * Lets an ended run go on without what `rewind` takes out of its journal. Throws FlowMasonError `NOT_FOUND`, `RUN_BUSY`
     * when it has not ended, `CHANGED_MEANWHILE` when the journal was read in an older epoch. `release`: what it is pinned to
     * from now on.
     */
    async resume(id: string, rewind: Rewind, release?: Pick<NewRun, 'release' | 'version'>): Promise<Segment> {
      return handle.atomically(async (inner) => {
        const [run] = await dialect.lock(inner.db.select().from(table).where(eq(table.id, id)));
        if (!run) return fail('NOT_FOUND', `There is no run ${id}`);
        if (!hasEnded(run.status)) {
          fail('RUN_BUSY', `Run ${id} is ${run.status}, so it goes on anyway`, { hint: `fm runs show ${id}` });
        }
        if (run.epoch !== packEpoch(rewind.epoch)) {
          fail('CHANGED_MEANWHILE', `Run ${id} was resumed by somebody else meanwhile`, { hint: `fm runs show ${id}` });
        }
        return rewindRun(inner, run, rewind, release);
      });
    },

    /**
     * Cancels a run. One that has not begun ends at once; a running one is asked to end (`interrupted`), and a waiting one is
     * queued so that its `finally` stages run: then `segment` has to be enqueued. Answers the status that it has now.
     * Throws FlowMasonError `NOT_FOUND`.
     */
    async cancel(id: string): Promise<{ readonly status: RunStatus; readonly segment?: number }> {
      const now = handle.now();
      return handle.atomically(async (inner) => {
        const [run] = await dialect.lock(inner.db.select().from(table).where(eq(table.id, id)));
        if (!run) return fail('NOT_FOUND', `There is no run ${id}`);
        if (hasEnded(run.status)) return { status: run.status };
        const isNew = run.status === 'queued' && run.started_at === null;
        const change = isNew
          ? { status: 'cancelled' as const, finished_at: now, cancel_requested_at: now }
          : { cancel_requested_at: run.cancel_requested_at ?? now };
        await inner.db.update(table).set(change).where(eq(table.id, id));
        if (isNew) return { status: 'cancelled' };
        if (run.status !== 'waiting') return { status: run.status };
        return { status: 'queued', ...(await wakeRun(inner, run)) };
      });
    },

    /** Of the runs that a worker executes those that it has to stop: asked to cancel, or no longer its own. */
    async interrupted(held: readonly { readonly id: string; readonly epoch: Epoch }[]): Promise<Interrupted[]> {
      const found: Interrupted[] = [];
      for (const part of chunks(held)) {
        const { id, epoch, status, cancel_requested_at } = table;
        const ids = part.map((run) => run.id);
        const rows = await db.select({ id, epoch, status, cancel_requested_at }).from(table).where(inArray(id, ids));
        const byId = new Map(rows.map((row) => [row.id, row]));
        for (const run of part) {
          const row = byId.get(run.id);
          if (row?.status !== 'running' || row.epoch !== packEpoch(run.epoch)) {
            found.push({ id: run.id, epoch: run.epoch, why: 'superseded' });
          } else if (row.cancel_requested_at !== null) found.push({ id: run.id, epoch: run.epoch, why: 'cancelled' });
        }
      }
      return found;
    },

    get,

    /** How far a run is, for who asks often. */
    async state(id: string): Promise<RunState | undefined> {
      const { environment, pipeline, version, release, status, epoch, priority, waiting, finished_at } = table;
      const [row] = await handle
        .prepared('run state', () =>
          db
            .select({ environment, pipeline, version, release, status, epoch, priority, waiting, finished_at })
            .from(table)
            .where(eq(table.id, sql.placeholder('id'))),
        )
        .execute({ id });
      return row;
    },

    /** How many runs there are in each state; states without one are absent. */
    async counts(): Promise<Partial<Record<RunStatus, number>>> {
      const rows = await db.select({ status: table.status, runs: count() }).from(table).groupBy(table.status);
      return Object.fromEntries(rows.map(({ status, runs }) => [status, runs]));
    },

    /** Runs of a project that have not ended, by the release that each keeps for life. */
    async inFlight(environment: string, project: string): Promise<RunsInFlight[]> {
      const { release } = table;
      return db
        .select({ release, version: releases.version, runs: count() })
        .from(table)
        .innerJoin(releases, eq(releases.digest, release))
        .where(
          and(eq(table.environment, environment), eq(table.project, project), inArray(table.status, [...UNFINISHED])),
        )
        .groupBy(release, releases.version)
        .orderBy(releases.version, release);
    },

    /**
     * Queued runs that were accepted before a time, for who looks whether each has a job: those of the highest priority
     * first, then the oldest.
     */
    async queued(before: number, limit: number): Promise<QueuedRun[]> {
      const rows = await db
        .select({ id: table.id, epoch: table.epoch, priority: table.priority, accepted_at: table.accepted_at })
        .from(table)
        .where(and(eq(table.status, 'queued'), lt(table.accepted_at, before)))
        .orderBy(desc(table.priority), table.accepted_at, table.id)
        .limit(limit);
      return rows.map(({ epoch, ...row }) => ({ ...row, ...unpackEpoch(epoch) }));
    },

    /** Runs in this state by id, page by page: what a process looks through that took the place of a dead one. */
    async inState(
      status: RunStatus,
      page: { readonly after?: string | undefined; readonly limit: number },
    ): Promise<Pick<Run, 'id' | 'epoch' | 'waiting'>[]> {
      return db
        .select({ id: table.id, epoch: table.epoch, waiting: table.waiting })
        .from(table)
        .where(and(eq(table.status, status), page.after === undefined ? undefined : gt(table.id, page.after)))
        .orderBy(table.id)
        .limit(page.limit);
    },
  };
}

/** What a run is when it is accepted. Its first segment is 1. */
export function newRow(handle: Pick<Handle, 'now'>, run: NewRun): Run {
  const { id, environment, project, pipeline, version, release, input, vars, actor } = run;
  return {
    id,
    environment,
    project,
    pipeline,
    version,
    release,
    status: 'queued',
    epoch: packEpoch({ segment: FIRST_SEGMENT, retry: 0 }),
    repetition: 0,
    priority: run.priority ?? 0,
    concurrency_key: run.concurrency_key ?? null,
    trigger: run.trigger ?? null,
    traceparent: run.traceparent ?? null,
    actor,
    input,
    vars: { ...vars },
    result: null,
    error: null,
    usage: null,
    waiting: null,
    cancel_requested_at: null,
    accepted_at: handle.now(),
    started_at: null,
    finished_at: null,
  };
}

/** Queues a run that waits and whose row is locked. */
export async function wakeRun({ db, tables }: Handle, run: Run): Promise<Segment> {
  const epoch = nextSegment(run.epoch);
  await db.update(tables.runs).set({ status: 'queued', epoch, waiting: null }).where(eq(tables.runs.id, run.id));
  return { segment: unpackEpoch(epoch).segment };
}
