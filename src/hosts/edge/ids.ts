import { bytesToHex } from '@noble/hashes/utils.js';
import { RUN_ID_BYTES, runIdOf } from '../../core/run-id.ts';

/** New identifiers, which nobody can guess. */
export interface Ids {
  run(now: number): string;
  random(): string;
}

/** Bytes in an id that is not a run's. */
const RANDOM_BYTES = 16;
/** Bytes of chance that are asked for at a time. */
const POOL = 4_096;

export const edgeIds: Ids = idsOf((count) => crypto.getRandomValues(new Uint8Array(count)));

/** The same for a process that makes many: to ask the system for a few bytes takes as long as to ask it for many. */
export function pooledIds(): Ids {
  const pool = new Uint8Array(POOL);
  let used = POOL;
  return idsOf((count) => {
    if (used + count > POOL) {
      crypto.getRandomValues(pool);
      used = 0;
    }
    used += count;
    return pool.subarray(used - count, used);
  });
}

function idsOf(chance: (count: number) => Uint8Array): Ids {
  return {
    run: (now) => runIdOf(now, chance(RUN_ID_BYTES)),
    random: () => bytesToHex(chance(RANDOM_BYTES)),
  };
}
