import type { RetryPolicy } from '../core/plan.ts';
import { type ErrorType, NEVER_RETRIED } from '../core/run.ts';

/**
 * Milliseconds to wait before the next attempt, or undefined when there is none (PIPELINES.md 4, retry).
 * `attempt` is the one that failed, from 1; `fraction` (0 ≤ x < 1) spreads the delay over its upper half when the
 * policy has jitter. `retryAfter` is honoured up to `maxDelay`; beyond it the retrying ends.
 */
export function nextAttempt(
  policy: RetryPolicy,
  maxAttempts: number,
  attempt: number,
  error: { readonly type: ErrorType; readonly retryAfter?: number | undefined },
  fraction: number,
): number | undefined {
  if (attempt >= maxAttempts || NEVER_RETRIED.has(error.type) || !policy.on.has(error.type)) return undefined;
  const backoff = Math.min(policy.delay * policy.factor ** (attempt - 1), policy.maxDelay);
  const spread = policy.jitter ? backoff * (0.5 + fraction / 2) : backoff;
  if (error.retryAfter === undefined) return spread;
  return error.retryAfter > policy.maxDelay ? undefined : Math.max(spread, error.retryAfter);
}
