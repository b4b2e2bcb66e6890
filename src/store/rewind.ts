import { and, eq, inArray } from 'drizzle-orm';
import { chunks } from './chunks.ts';
import { type Epoch, nextSegment, unpackEpoch } from './epoch.ts';
import type { Handle } from './handle.ts';
import type { Run } from './run-states.ts';

/** What a resumed run takes out of its record. */
export interface Rewind {
  /** In which the journal was read. */
  readonly epoch: Epoch;
  /** Numbers of entries that count no more. */
  readonly entries: readonly number[];
  /** Paths of stages whose signals are asked for again. */
  readonly paths: readonly string[];
  /** Whether idempotency keys change, because stages that had succeeded run again. Default true. */
  readonly repeats?: boolean;
}

/** Moves what counts no more to the history and queues the run, whose row is locked; with a release, of that one. */
export async function rewindRun(
  handle: Handle,
  run: Run,
  rewind: Rewind,
  release: Partial<Pick<Run, 'release' | 'version'>> = {},
): Promise<{ segment: number }> {
  const { db, tables } = handle;
  const { runs, journal, journalHistory, signals } = tables;
  const { id } = run;
  const repetition = run.repetition + (rewind.repeats === false ? 0 : 1);
  for (const part of chunks(rewind.entries)) {
    const which = and(eq(journal.run, id), inArray(journal.seq, part));
    const moved = await db.delete(journal).where(which).returning();
    if (moved.length > 0) await db.insert(journalHistory).values(moved.map((row) => ({ ...row, repetition })));
  }
  for (const part of chunks(rewind.paths)) {
    await db
      .update(signals)
      .set({ refused: 'asked for again' })
      .where(and(eq(signals.run, id), inArray(signals.taken_by, part)));
  }
  const epoch = nextSegment(run.epoch);
  const again = { result: null, error: null, usage: null, waiting: null, cancel_requested_at: null, finished_at: null };
  await db
    .update(runs)
    .set({ status: 'queued', epoch, repetition, ...again, ...release })
    .where(eq(runs.id, id));
  return { segment: unpackEpoch(epoch).segment };
}
