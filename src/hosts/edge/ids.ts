import { RUN_ID_BYTES, runIdOf } from '../../core/run-id.ts';

/** Bytes of chance that are asked for at a time. */
const POOL = 1_022;

/** New identifiers, which nobody can guess. */
export const edgeIds = {
  run: (now: number): string => runIdOf(now, crypto.getRandomValues(new Uint8Array(RUN_ID_BYTES))),
  random: (): string => crypto.randomUUID().replaceAll('-', ''),
};

/** The same for a process that makes many: to ask the system for a few bytes takes as long as to ask it for many. */
export function pooledIds(): typeof edgeIds {
  const pool = new Uint8Array(POOL);
  let used = POOL;
  return {
    ...edgeIds,
    run(now) {
      if (used + RUN_ID_BYTES > POOL) {
        crypto.getRandomValues(pool);
        used = 0;
      }
      used += RUN_ID_BYTES;
      return runIdOf(now, pool.subarray(used - RUN_ID_BYTES, used));
    },
  };
}
