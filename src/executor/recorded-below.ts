import type { EndEntry } from '../core/journal.ts';
import type { StageRecord } from '../core/run.ts';
import type { Run } from './run.ts';

/** A stage as its recorded end tells of it. */
export function recordOf(end: EndEntry): StageRecord {
  const { id, path, component, status, attempts, started_at, finished_at, error } = end;
  const duration_ms = started_at === null ? 0 : finished_at - started_at;
  return { id, path, component, status, attempts, started_at, duration_ms, ...(error ? { error } : undefined) };
}

/**
 * Adds what earlier executions recorded inside of owners and subpipelines that were restored whole: their stages did not
 * run, so nobody has told of them and of their usage.
 */
export function addRecordedBelow(run: Run): void {
  const ends = run.options.recorded?.ends;
  if (!ends) return;
  const told = new Set(run.records.map((record) => record.path));
  for (const end of ends.values()) {
    if (told.has(end.path) || !isBelowRestored(run, end.path)) continue;
    run.records.push(recordOf(end));
    if (end.usage) run.addUsage(end.usage);
  }
}

function isBelowRestored(run: Run, path: string): boolean {
  for (let at = path.lastIndexOf('/'); at !== -1; at = path.lastIndexOf('/', at - 1)) {
    const owner = path.slice(0, at).replace(/\[\d+\]$/, '');
    if (run.restored.has(owner)) return true;
  }
  return false;
}
