import type { Journal, JournalEntry } from '../core/journal.ts';
import type { Clock } from '../core/ports.ts';
import type { Epoch } from './epoch.ts';
import type { journal } from './journal.ts';

export interface JournalWriterOptions {
  readonly run: string;
  readonly epoch: Epoch;
  /** The number for the first entry: `next` of what was loaded. */
  readonly next: number;
  readonly clock: Clock;
}

/**
 * The Journal of a run in the store. Entries of one turn of the event loop go out in one statement; `flush` rejects, and
 * so ends the run, with what `journal.record` throws.
 */
export function journalWriter(
  store: Pick<ReturnType<typeof journal>, 'record'>,
  options: JournalWriterOptions,
): Journal {
  const { run, epoch, clock } = options;
  let next = options.next;
  let waiting: JournalEntry[] = [];
  let isPlanned = false;
  let last: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;

  const write = async (): Promise<void> => {
    if (failure) throw failure.error;
    const entries = waiting;
    const first = next;
    waiting = [];
    next += entries.length;
    try {
      await store.record(run, epoch, first, entries);
    } catch (error) {
      failure ??= { error };
      throw error;
    }
  };
  /** One statement at a time, so that a later entry is never durable without an earlier one. */
  const enqueue = (): Promise<void> => {
    const mine = (last ?? Promise.resolve()).then(write).finally(() => {
      if (last === mine) last = undefined;
    });
    last = mine;
    // Whoever flushes gets the error; nobody has to.
    mine.catch(() => {});
    return mine;
  };

  return {
    append(entry) {
      waiting.push(entry);
      if (isPlanned) return;
      isPlanned = true;
      clock.after(0, () => {
        isPlanned = false;
        if (waiting.length > 0) enqueue();
      });
    },
    flush() {
      if (failure) return Promise.reject(failure.error);
      if (waiting.length > 0) return enqueue();
      return last;
    },
  };
}
