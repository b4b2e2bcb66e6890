import type { Json } from './json.ts';
import type { Failure, LogEntry, StageStatus, Usage } from './run.ts';

/**
 * A stage started. Recorded for stages with effects (before they start), for control stages and waits. A resumed run
 * takes `started_at` (what `now()` says), `resolved` and the attempt count from it.
 */
export interface StartEntry {
  readonly kind: 'start';
  readonly path: string;
  readonly started_at: number;
  /** What a control stage resolved: items, deadlines. */
  readonly resolved?: Json;
}

/** A stage finished. Only `succeeded` and `skipped` count as recorded when a run is resumed. Outputs are masked. */
export interface EndEntry {
  readonly kind: 'end';
  readonly path: string;
  readonly id: string;
  readonly component: string;
  readonly status: Extract<StageStatus, 'succeeded' | 'failed' | 'skipped' | 'cancelled'>;
  readonly output: Json;
  readonly error?: Failure;
  /** The resolved config of a failed stage, masked. */
  readonly input?: Json;
  readonly attempts: number;
  readonly started_at: number | null;
  readonly finished_at: number;
  readonly usage?: Usage;
}

/** A line of the run's log. */
export interface LogRecord {
  readonly kind: 'log';
  readonly entry: LogEntry;
}

/**
 * What ended at this path and below it counts no more: a subpipeline is attempted again, or catch and finally stages ran
 * for a try list that is repeated.
 */
export interface VoidEntry {
  readonly kind: 'void';
  readonly path: string;
}

export type JournalEntry = StartEntry | EndEntry | LogRecord | VoidEntry;

/** The path that an entry is about. */
export function pathOf(entry: JournalEntry): string {
  return entry.kind === 'log' ? entry.entry.path : entry.path;
}

/** What an earlier execution of the same run recorded, by path; later entries win. */
export interface Recorded {
  readonly starts: ReadonlyMap<string, StartEntry>;
  readonly ends: ReadonlyMap<string, EndEntry>;
}

/** Whether `path` is `root`, one of its iterations, or below them. */
export function isWithin(path: string, root: string): boolean {
  if (!path.startsWith(root)) return false;
  const next = path[root.length];
  return next === undefined || next === '/' || next === '[';
}

/** What a sequence of entries, in the order of their recording, leaves for a resumed run. */
export function foldJournal(entries: Iterable<JournalEntry>): Recorded {
  const starts = new Map<string, StartEntry>();
  const ends = new Map<string, EndEntry>();
  for (const entry of entries) {
    if (entry.kind === 'start') {
      starts.set(entry.path, entry);
      // What starts anew has not ended.
      ends.delete(entry.path);
    } else if (entry.kind === 'end') ends.set(entry.path, entry);
    else if (entry.kind === 'void') voidEntries(starts, ends, entry.path);
  }
  return { starts, ends };
}

/** Ends go; of starts the time stays, so that `now()` repeats its value. */
function voidEntries(starts: Map<string, StartEntry>, ends: Map<string, EndEntry>, root: string): void {
  for (const path of ends.keys()) if (isWithin(path, root)) ends.delete(path);
  for (const [path, { kind, started_at }] of starts) {
    if (isWithin(path, root)) starts.set(path, { kind, path, started_at });
  }
}

/** Where a run records itself (port). Entries are kept in the order in which they were appended. */
export interface Journal {
  /** Takes an entry; it may become durable later. Never throws. */
  append(entry: JournalEntry): void;
  /** Resolves when every entry appended so far is durable. Rejects when that can't be, and the run stops. */
  flush(): Promise<void> | undefined;
}

/** Keeps nothing: for runs whose outcome alone matters. */
export const NO_JOURNAL: Journal = { append() {}, flush: () => undefined };
