import { getTableColumns } from 'drizzle-orm';
import { NOBODY, noted, type WorkerName } from './attempts.ts';
import { noteLost, noteTaken, type Taker, taking } from './dialects/attempts.ts';
import { type Epoch, packEpoch } from './epoch.ts';
import type { Handle } from './handle.ts';
import { runGroup } from './run-group.ts';
import type { Run } from './run-states.ts';

export interface TakenRun extends Run {
  /** Whether nobody had taken it before, so that it has recorded nothing; false where that is not known. */
  readonly isFresh: boolean;
}

/** How runs are taken in an epoch, and who did is noted; undefined for one that is not to be had. */
export function takeRuns(
  handle: Handle,
): (run: string, epoch: Epoch, by?: WorkerName) => Promise<TakenRun | undefined> {
  const { groups } = handle.dialect;
  const columns = Object.entries(getTableColumns(handle.tables.runs));
  /** A row as the driver gives it, as drizzle reads it. */
  const runOf = (row: Record<string, unknown>): Run => {
    const values = columns.map(([name, column]) => {
      const value = row[column.name];
      return [name, value === null || value === undefined ? null : column.mapFromDriverValue(value)];
    });
    // All columns of the table, each read by itself.
    return Object.fromEntries(values) as Run;
  };
  const take = groups ? runGroup<Taker>(handle, groups.take) : (taker: Taker) => takeOne(handle, taker);
  return async (run, epoch, by = NOBODY) => {
    const { worker, host } = by;
    const row = await take({ run, epoch: packEpoch(epoch), worker, host, now: handle.now() });
    return row && { ...runOf(row), isFresh: row.began === null };
  };
}

async function takeOne(handle: Handle, taker: Taker): Promise<Record<string, unknown> | undefined> {
  const [row] = await noted(handle, taking(taker), [noteLost(taker), noteTaken(taker)]);
  return row;
}
