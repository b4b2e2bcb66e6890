import type { Clock, Random } from '../core/ports.ts';

/** Something that many processes look after, of which one at a time is enough. */
export interface Chore {
  /** When there is something to do, epoch milliseconds of the clock that `now` reads; undefined: not that anybody knows. */
  readonly nextDue: () => Promise<number | undefined>;
  readonly now: () => Promise<number>;
  /** Does what is due. */
  readonly work: () => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** How often a process looks whether something has come up, milliseconds. */
const LOOK_MS = 5_000;
/** By so much processes come at different moments, so that the first one does the work and the others find none. */
const SPREAD_MS = 250;

/**
 * Looks again and again whether a chore is due, with one small question to the database, and does it then. The answer ends
 * that, when what was begun is done.
 */
export function keepDoing(chore: Chore, clock: Clock, random: Random): () => Promise<void> {
  let stop = (): void => {};
  let ended = false;
  let current: Promise<void> = Promise.resolve();
  const look = async (): Promise<number> => {
    const due = await chore.nextDue();
    if (due === undefined) return LOOK_MS;
    const left = due - (await chore.now());
    if (left > 0) return Math.min(left, LOOK_MS);
    await chore.work();
    return 0;
  };
  const plan = (ms: number): void => {
    if (ended) return;
    stop = clock.after(ms + random.fraction() * SPREAD_MS, () => {
      current = look()
        .catch((error) => {
          chore.onError(error);
          return LOOK_MS;
        })
        .then(plan);
    });
  };
  plan(0);
  return async () => {
    ended = true;
    stop();
    await current;
  };
}
