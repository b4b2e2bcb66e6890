import { FlowMasonError } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import type { Epoch } from '../store/epoch.ts';
import type { Store } from '../store/store.ts';

/** A run that is being executed. */
export interface HeldRun {
  /** Aborts when somebody has asked to cancel it. */
  readonly cancelled: AbortSignal;
  /** Aborts when it is no longer ours; the reason is a FlowMasonError `RUN_SUPERSEDED`. */
  readonly superseded: AbortSignal;
  release(): void;
}

export interface Interrupts {
  hold(run: string, epoch: Epoch): HeldRun;
  /** Looks now; one look at a time. */
  look(): Promise<void>;
  close(): void;
}

interface Entry {
  readonly id: string;
  readonly epoch: Epoch;
  readonly cancel: AbortController;
  readonly supersede: AbortController;
}

/** Looks every `every` milliseconds which of the runs that a host executes have to be stopped: one timer for all. */
export function watchInterrupts(store: Pick<Store, 'runs'>, clock: Clock, every: number): Interrupts {
  const held = new Set<Entry>();
  let stop: (() => void) | undefined;
  let looking: Promise<void> | undefined;
  let closed = false;

  const ask = async (): Promise<void> => {
    try {
      for (const { id, epoch, why } of await store.runs.interrupted([...held])) {
        for (const entry of held) if (entry.id === id && isSame(entry.epoch, epoch)) interrupt(entry, why);
      }
    } catch {
      // A database that is away for a moment; whoever writes to it finds out.
    }
  };
  const look = (): Promise<void> => {
    looking ??= ask().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  const plan = (): void => {
    if (closed || stop || held.size === 0) return;
    stop = clock.after(every, () => {
      stop = undefined;
      void look().then(plan);
    });
  };
  const rest = (): void => {
    stop?.();
    stop = undefined;
  };

  return {
    hold(id, epoch) {
      const entry: Entry = { id, epoch, cancel: new AbortController(), supersede: new AbortController() };
      held.add(entry);
      plan();
      return {
        cancelled: entry.cancel.signal,
        superseded: entry.supersede.signal,
        release() {
          held.delete(entry);
          if (held.size === 0) rest();
        },
      };
    },
    look,
    close() {
      closed = true;
      rest();
    },
  };
}

function isSame(a: Epoch, b: Epoch): boolean {
  return a.segment === b.segment && a.retry === b.retry;
}

function interrupt({ id, cancel, supersede }: Entry, why: 'cancelled' | 'superseded'): void {
  if (why === 'cancelled') cancel.abort();
  else supersede.abort(new FlowMasonError('RUN_SUPERSEDED', `Run ${id} is no longer this worker's`));
}
