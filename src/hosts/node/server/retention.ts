import type { Clock } from '../../../core/ports.ts';
import type { Store } from '../../../store/store.ts';

export interface RetentionOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** How long runs are kept that have ended, milliseconds. */
  readonly keepRuns: number;
  readonly onDone: (deleted: Deleted) => void;
  readonly onError: (error: unknown) => void;
}

/** How many of each are gone. */
export type Deleted = Readonly<Record<'runs' | 'outputs' | 'releases' | 'plans' | 'answers' | 'keys', number>>;

const HOUR_MS = 3_600_000;
/** Releases of each log that were active and stay (DEPLOYMENT.md 4.16). */
const KEEP_RELEASES = 50;
/** What was stored lately may belong to somebody who is about to use it: plans hold for seven days. */
const SETTLED_MS = 8 * 24 * HOUR_MS;
/** How long an expired key of a CI job is listed: runs that it started may have failed over the weekend. */
const KEEP_KEYS_MS = 7 * 24 * HOUR_MS;
/** Runs that go in one transaction. */
const BATCH = 200;

/** Deletes what nobody needs any more, now and every hour; the answer ends that. */
export function keepTidy(options: RetentionOptions): () => Promise<void> {
  const { clock, onDone, onError } = options;
  let stop = (): void => {};
  let ended = false;
  let current: Promise<void> = Promise.resolve();
  const tidy = (): void => {
    current = deleteOld(options, () => ended)
      .then(onDone, onError)
      .finally(() => {
        if (!ended) stop = clock.after(HOUR_MS, tidy);
      });
  };
  tidy();
  return async () => {
    ended = true;
    stop();
    await current;
  };
}

/** One round; `isOver` ends it between two transactions. */
export async function deleteOld(
  { store, clock, keepRuns }: Pick<RetentionOptions, 'store' | 'clock' | 'keepRuns'>,
  isOver: () => boolean,
): Promise<Deleted> {
  const { retention, idempotency } = store;
  const now = clock.now();
  let runs = 0;
  for (let gone = BATCH; gone === BATCH && !isOver(); runs += gone) gone = await retention.runs(now - keepRuns, BATCH);
  const settled = now - SETTLED_MS;
  const outputs = isOver() ? 0 : await retention.outputs(settled);
  const plans = isOver() ? 0 : await store.plans.expire();
  const releases = isOver() ? 0 : await retention.releases(KEEP_RELEASES, settled);
  const answers = isOver() ? 0 : await idempotency.expire();
  const keys = isOver() ? 0 : await store.keys.forget(now - KEEP_KEYS_MS);
  return { runs, outputs, plans, releases, answers, keys };
}
