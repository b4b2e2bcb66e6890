import type { Clock } from '../../core/ports.ts';
import type { Store } from '../../store/store.ts';
import type { Gauges } from './metrics.ts';

/** Milliseconds for which an answer holds, so that many who scrape cost the database no more than one. */
const FRESH_MS = 5_000;

/** Asks the store for the gauges of an environment, now and then. Rejects with what the store throws. */
export function gaugesOf(clock: Clock): (store: Store) => Promise<Gauges> {
  let last: { readonly at: number; readonly gauges: Promise<Gauges> } | undefined;
  return (store) => {
    const now = clock.now();
    if (last && now - last.at < FRESH_MS && now >= last.at) return last.gauges;
    const gauges = read(store);
    last = { at: now, gauges };
    // Of a database that was away nothing is remembered.
    gauges.catch(() => {
      if (last?.gauges === gauges) last = undefined;
    });
    return gauges;
  };
}

async function read({ runs, queue, workers }: Store): Promise<Gauges> {
  const [counts, due, known] = await Promise.all([runs.counts(), queue.due(), workers.list()]);
  const live = known.filter((worker) => worker.live);
  const draining = live.filter((worker) => worker.draining).length;
  return {
    runs: counts,
    queue: due && { depth: due.depth, oldest_seconds: due.age / 1_000 },
    workers: { live: live.length, draining },
  };
}
