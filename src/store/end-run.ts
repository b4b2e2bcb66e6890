import { and, eq } from 'drizzle-orm';
import type { Json } from '../core/json.ts';
import type { Failure, Usage } from '../core/run.ts';
import { leaveRun } from './attempts.ts';
import type { RunLeft } from './dialects/attempts.ts';
import { type Epoch, packEpoch } from './epoch.ts';
import type { Handle } from './handle.ts';
import { runGroup } from './run-group.ts';
import { jsonText } from './tables/exact.ts';

/** What the last segment of a run came to. */
export interface RunEnd {
  readonly status: 'succeeded' | 'failed' | 'cancelled';
  readonly result: Json;
  readonly error: Failure | null;
  readonly usage: Usage | null;
}

/** What is left of a run that has ended: the key of the place that it had. */
export interface EndedRun {
  readonly concurrency_key: string | null;
}

/** How runs end that are executed in an epoch, and that is noted; undefined for one that is not this worker's any more. */
export function endRuns(handle: Handle): (run: string, epoch: Epoch, end: RunEnd) => Promise<EndedRun | undefined> {
  const { groups } = handle.dialect;
  const together = groups && runGroup<RunLeft>(handle, groups.end);
  return async (run, epoch, end) => {
    const row = await (together ? together(leftOf(run, epoch, end, handle.now())) : endOne(handle, run, epoch, end));
    if (!row) return undefined;
    const key = row.concurrency_key;
    return { concurrency_key: typeof key === 'string' ? key : null };
  };
}

async function endOne(handle: Handle, run: string, epoch: Epoch, end: RunEnd) {
  const { runs } = handle.tables;
  const { status, result, error } = end;
  const usage = end.usage === null ? null : { ...end.usage };
  const change = handle.db
    .update(runs)
    .set({ status, result, error, usage, waiting: null, finished_at: handle.now() })
    .where(and(eq(runs.id, run), eq(runs.epoch, packEpoch(epoch)), eq(runs.status, 'running')))
    .returning({ concurrency_key: runs.concurrency_key });
  const [row] = await leaveRun(handle, run, epoch, change, outcomeOf(end));
  return row;
}

function leftOf(run: string, epoch: Epoch, end: RunEnd, now: number): RunLeft {
  const { status, result, error, usage } = end;
  const texts = { result: jsonText(result), error: jsonText(error), usage: jsonText(usage) };
  return { run, epoch: packEpoch(epoch), status, ...texts, now, outcome: outcomeOf(end) };
}

function outcomeOf({ status }: RunEnd): 'cancelled' | 'finished' {
  return status === 'cancelled' ? 'cancelled' : 'finished';
}
