import { type DueTimes, dueTimes, type Missed } from '../core/schedule/due-times.ts';
import { scheduleOf } from '../core/schedule/schedule.ts';
import type { FiringKey } from '../store/firings.ts';
import type { NewRun } from '../store/runs.ts';
import type { Store, StoreTransaction } from '../store/store.ts';
import type { LastFiring } from '../store/tables/runs.ts';
import type { StoredTrigger } from '../store/triggers.ts';

/** What a host gives to fire schedules with. */
export interface ScheduleHost {
  readonly store: Store;
  readonly environment: string;
  /** The database's clock, which all processes share, epoch milliseconds. */
  readonly now: () => Promise<number>;
  /** The run for a time of a schedule. Throws when there can be none; `problemOf` says why. */
  readonly accept: (trigger: StoredTrigger, scheduled_at: number) => Promise<NewRun>;
  /** What to record of a time that starts nothing. Throws errors again that are the database's. */
  readonly problemOf: (error: unknown) => NonNullable<LastFiring['error']>;
  readonly keyOf: (scheduled_at: number) => FiringKey;
  /** Hands a run on within the transaction that writes it, and after it. */
  readonly enqueueIn: (tx: StoreTransaction, run: string) => Promise<void>;
  readonly enqueue: (run: string) => Promise<void>;
}

/** Schedules that are looked at together. */
const BATCH = 100;

/**
 * Fires every schedule whose time has come, once, however many processes do this: whoever takes a time writes its run in
 * the same transaction. What cannot start a run is recorded, and the schedule goes on. Throws FlowMasonError `DATABASE_…`.
 */
export async function fireDue(host: ScheduleHost): Promise<void> {
  const { store, environment } = host;
  const now = await host.now();
  for (let due: StoredTrigger[] | undefined; due === undefined || due.length === BATCH; ) {
    due = await store.triggers.due(environment, now, BATCH);
    for (const trigger of due) await fireTrigger(host, trigger, now);
  }
}

async function fireTrigger(host: ScheduleHost, trigger: StoredTrigger, now: number): Promise<void> {
  const { store } = host;
  // It was found because it is due.
  let at = trigger.next_at ?? now;
  let times: DueTimes;
  try {
    times = timesOf(trigger, at, now);
  } catch (error) {
    // Another version has taken a pattern that this one cannot read; it must not keep the others from firing.
    if (await store.triggers.take(trigger, at, null)) await note(host, trigger, at, host.problemOf(error));
    return;
  }
  const { fire, next } = times;
  if (fire.length === 0) await store.triggers.take(trigger, at, next);
  for (const [index, time] of fire.entries()) {
    const following = fire[index + 1] ?? next;
    if (!(await fireTime(host, trigger, { at, time, following })) || following === null) return;
    at = following;
  }
}

function timesOf({ definition }: StoredTrigger, due: number, now: number): DueTimes {
  // It was checked when it was deployed.
  const { cron, timezone, missed = 'skip' } = definition as { cron: string; timezone?: string; missed?: Missed };
  return dueTimes(scheduleOf(cron, timezone), due, now, missed);
}

interface Tick {
  /** What the schedule was due at when it was read, and what it is due at next. */
  readonly at: number;
  readonly following: number | null;
  /** The time to fire for. */
  readonly time: number;
}

/** False when another process has taken the time, or the trigger was paused or is gone. */
async function fireTime(host: ScheduleHost, trigger: StoredTrigger, { at, time, following }: Tick): Promise<boolean> {
  const { store } = host;
  let run: NewRun;
  try {
    run = await host.accept(trigger, time);
  } catch (error) {
    const problem = host.problemOf(error);
    const isTaken = await store.triggers.take(trigger, at, following);
    if (isTaken) await note(host, trigger, time, problem);
    return isTaken;
  }
  const outcome = await store.transaction(async (tx) => {
    if (!(await tx.triggers.take(trigger, at, following))) return 'taken';
    // A backfill may have been quicker.
    if ((await tx.firings.take(trigger, [host.keyOf(time)], run.id)) !== undefined) return 'there';
    await tx.runs.create(run);
    await tx.triggers.note(trigger, { scheduled_at: time, run_id: run.id, error: null });
    await host.enqueueIn(tx, run.id);
    return 'started';
  });
  if (outcome === 'started') await host.enqueue(run.id);
  return outcome !== 'taken';
}

function note(
  { store }: ScheduleHost,
  trigger: StoredTrigger,
  scheduled_at: number,
  error: NonNullable<LastFiring['error']>,
): Promise<void> {
  return store.triggers.note(trigger, { scheduled_at, run_id: null, error });
}
