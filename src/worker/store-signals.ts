import type { Masker } from '../core/mask.ts';
import type { Clock, SignalRequest, SignalSource } from '../core/ports.ts';
import type { Store } from '../store/store.ts';

/** How often a stage that asks a person looks for data from elsewhere, milliseconds. */
const LOOK_MS = 250;

export interface StoreSignalsOptions {
  readonly clock: Clock;
  readonly masker: Masker;
  readonly ask?: SignalSource | undefined;
}

type Answer = Awaited<ReturnType<SignalSource>>;

/**
 * Where a run gets its signals: data that was sent to it; else what `ask` (a terminal) or somebody who sends answers first;
 * without `ask` the run parks.
 */
export function storeSignals(store: Pick<Store, 'signals'>, options: StoreSignalsOptions): SignalSource {
  const { masker, ask } = options;
  const take = ({ run_id, name, path, check }: SignalRequest) =>
    store.signals.take(run_id, name, path, check, masker.json);
  return async (request) => {
    const sent = await take(request);
    if (sent) return sent;
    return ask ? either(request, ask, () => take(request), options.clock) : 'park';
  };
}

/** The first answer; the other side is told to stop. */
async function either(
  request: SignalRequest,
  ask: SignalSource,
  take: () => Promise<Exclude<Answer, 'park'> | undefined>,
  clock: Clock,
): Promise<Answer> {
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, stop.signal]);
  try {
    return await Promise.race([ask({ ...request, signal }), sentLater(take, signal, clock)]);
  } finally {
    stop.abort();
  }
}

function sentLater(
  take: () => Promise<Exclude<Answer, 'park'> | undefined>,
  signal: AbortSignal,
  clock: Clock,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (signal.aborted) return;
      take().then((sent) => (sent ? resolve(sent) : wait()), reject);
    };
    const wait = (): void => {
      const cancel = clock.after(LOOK_MS, look);
      signal.addEventListener('abort', cancel, { once: true });
    };
    wait();
  });
}
