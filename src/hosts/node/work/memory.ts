import { totalmem } from 'node:os';
import type { Clock } from '../../../core/ports.ts';

/** Milliseconds between two looks. */
const EVERY = 2_000;
/** Of the memory that the system gives this process. */
const SHARE = 0.8;

/** Bytes above which a worker makes place for a fresh one: what a container allows, less a fifth; undefined without a limit. */
export function memoryLimit(): number | undefined {
  const allowed = process.constrainedMemory();
  // Without a limit it answers nothing, or more than there is.
  return allowed > 0 && allowed < totalmem() ? allowed * SHARE : undefined;
}

/** Calls back once when this process has more memory than `limit` bytes. Answers how to end that. */
export function watchMemory(clock: Clock, limit: number, onFull: (bytes: number) => void): () => void {
  let stop = (): void => {};
  const plan = (): void => {
    stop = clock.after(EVERY, () => {
      const { rss } = process.memoryUsage();
      if (rss > limit) onFull(rss);
      else plan();
    });
  };
  plan();
  return () => stop();
}
