/** Numbers by chance that come again with their seed. */
export interface Chance {
  readonly seed: number;
  /** A whole number from 0. */
  below(most: number): number;
}

/** Chance that comes again: `FM_CHAOS_SEED=…` with what a failed test has printed. */
export function seeded(name: string): Chance {
  const seed = Number(process.env.FM_CHAOS_SEED ?? Date.now() % 2 ** 31);
  process.stderr.write(`${name}: FM_CHAOS_SEED=${seed}\n`);
  let state = seed >>> 0;
  return {
    seed,
    /** mulberry32 */
    below(most) {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) % most;
    },
  };
}
