import { acceptInput } from '../core/accept-input.ts';
import type { Limits } from '../core/limits.ts';
import type { Plan } from '../core/plan.ts';
import { outsideEnvironment } from './outside.ts';

/**
 * The value of `concurrency.key` for a run, as JSON text; empty without a key (PIPELINES.md 1). Throws StageError
 * `VALIDATION` or `QUOTA` for an input that the run would refuse, `EXPRESSION` of the key.
 */
export async function concurrencyKey(
  plan: Plan,
  options: Parameters<typeof outsideEnvironment>[1],
  limits: Limits,
  now: number,
): Promise<string> {
  const key = plan.concurrency?.key;
  if (!key) return '';
  const input = await acceptInput(plan, options.input, limits);
  const place = { name: 'concurrency', startedAt: now, now };
  return JSON.stringify(key.evaluate(outsideEnvironment(plan, { ...options, input }, place)) ?? null);
}
