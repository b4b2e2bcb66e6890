import { and, eq, sql } from 'drizzle-orm';
import type { Json } from '../core/json.ts';
import type { Failure, Usage } from '../core/run.ts';
import { type Epoch, packEpoch } from './epoch.ts';
import type { Handle } from './handle.ts';
import { placeholders } from './placeholders.ts';
import { refuseStale } from './run-states.ts';
import { slots } from './slots.ts';

/** What the last segment of a run came to. */
export interface RunEnd {
  readonly status: 'succeeded' | 'failed' | 'cancelled';
  readonly result: Json;
  readonly error: Failure | null;
  readonly usage: Usage | null;
}

/** Ends a run that is running in this epoch; answers the key of its place, null without one. Throws `RUN_SUPERSEDED`. */
export async function finishRun(handle: Handle, id: string, epoch: Epoch, end: RunEnd): Promise<string | null> {
  const { db, tables } = handle;
  const { runs: table } = tables;
  const { status, result, error } = end;
  const usage = end.usage === null ? null : { ...end.usage };
  const change = { status, result, error, usage, finished_at: handle.now() };
  const [done] = await handle
    .prepared('finish', () =>
      db
        .update(table)
        .set({ ...placeholders(change), waiting: null })
        .where(
          and(
            eq(table.id, sql.placeholder('id')),
            eq(table.epoch, sql.placeholder('epoch')),
            eq(table.status, 'running'),
          ),
        )
        .returning({ concurrency_key: table.concurrency_key }),
    )
    .execute({ ...change, id, epoch: packEpoch(epoch) });
  if (!done) return refuseStale(handle, id, packEpoch(epoch));
  // Not with the update: should it be lost, whoever looks for a slot does it.
  if (done.concurrency_key !== null) await slots(handle).free(id);
  return done.concurrency_key;
}
