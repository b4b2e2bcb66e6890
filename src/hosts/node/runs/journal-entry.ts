import type { JournalEntry } from '../../../core/journal.ts';
import { isObject } from '../../../core/json.ts';

/** The first line of a journal. */
export interface JournalHeader {
  readonly kind: 'run';
  readonly format: 1;
  readonly run_id: string;
  /** Times that the run was continued with `--from`; here, so that one rename changes it with the entries. */
  readonly repetition: number;
}

export function headerLine(runId: string, repetition: number): string {
  const header: JournalHeader = { kind: 'run', format: 1, run_id: runId, repetition };
  return `${JSON.stringify(header)}\n`;
}

const STATUSES: readonly unknown[] = ['succeeded', 'failed', 'skipped', 'cancelled'];

/** Whether a line's value is an entry that this version wrote. */
export function isEntry(value: unknown): value is JournalEntry {
  if (!isObject(value)) return false;
  switch (value.kind) {
    case 'start':
      return typeof value.path === 'string' && typeof value.started_at === 'number';
    case 'end':
      return (
        typeof value.path === 'string' &&
        typeof value.id === 'string' &&
        typeof value.component === 'string' &&
        STATUSES.includes(value.status) &&
        'output' in value &&
        typeof value.attempts === 'number' &&
        (value.started_at === null || typeof value.started_at === 'number') &&
        typeof value.finished_at === 'number'
      );
    case 'log':
      return isObject(value.entry) && typeof value.entry.path === 'string' && typeof value.entry.message === 'string';
    case 'void':
      return typeof value.path === 'string';
    default:
      return false;
  }
}

export function isHeader(value: unknown): value is JournalHeader {
  return (
    isObject(value) &&
    value.kind === 'run' &&
    value.format === 1 &&
    typeof value.run_id === 'string' &&
    typeof value.repetition === 'number'
  );
}
