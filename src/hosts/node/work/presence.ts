import type { Clock } from '../../../core/ports.ts';
import type { Store } from '../../../store/store.ts';
import type { NewWorker } from '../../../store/workers.ts';

export interface PresenceOptions {
  readonly store: Pick<Store, 'workers'>;
  readonly clock: Clock;
  /** What the worker says of itself now. */
  readonly worker: () => NewWorker;
  /** Done by the longest serving worker alone, after each of its rows. */
  readonly whenFirst: () => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** Milliseconds between two rows. */
const EVERY = 5_000;

/** Says again and again that a worker is alive. Answers how to end that. Throws FlowMasonError `DATABASE_…` of the first row. */
export async function keepPresence(options: PresenceOptions): Promise<() => Promise<void>> {
  const { store, clock, worker, whenFirst, onError } = options;
  let stop: (() => void) | undefined;
  let beating: Promise<void> | undefined;
  let ended = false;
  const beat = async (): Promise<void> => {
    if (await store.workers.beat(worker())) await whenFirst();
  };
  const plan = (): void => {
    if (ended) return;
    stop = clock.after(EVERY, () => {
      beating = beat().catch(onError).finally(plan);
    });
  };
  await beat();
  plan();
  return async () => {
    ended = true;
    stop?.();
    await beating;
    await store.workers.leave(worker().id).catch(onError);
  };
}
