import type { Clock } from '../../core/ports.ts';

/** How often somebody may call (port): in this process, or shared by several. */
export interface RateLimit {
  /** Counts a call; answers 0 when it may go on, else after how many milliseconds one may. */
  take(who: string): Promise<number>;
}

export interface RateOptions {
  /** Calls that may come at once after a pause. */
  readonly burst: number;
  readonly perSecond: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

const MOST_BUCKETS = 10_000;

/**
 * A token bucket each, in this process. Not `rate-limiter-flexible`: its memory form reads the process's clock and sets a
 * timer per key, which the portable rooms may not.
 */
export function tokenBuckets(clock: Pick<Clock, 'now'>, { burst, perSecond }: RateOptions): RateLimit {
  const buckets = new Map<string, Bucket>();
  const refill = ({ tokens, at }: Bucket, now: number): number =>
    Math.min(burst, tokens + (Math.max(0, now - at) * perSecond) / 1_000);

  return {
    async take(who) {
      const now = clock.now();
      const bucket = buckets.get(who) ?? { tokens: burst, at: now };
      if (buckets.size >= MOST_BUCKETS && !buckets.has(who)) {
        // A full bucket is like one that was never there.
        for (const [key, other] of buckets) if (refill(other, now) >= burst) buckets.delete(key);
      }
      bucket.tokens = refill(bucket, now);
      bucket.at = now;
      buckets.set(who, bucket);
      if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * 1_000) / perSecond);
      bucket.tokens--;
      return 0;
    },
  };
}
