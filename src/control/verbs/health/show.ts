import type { HealthReport } from '../../../core/api/health.ts';
import { readFacts } from '../../health/facts.ts';
import { judge, verdictOf } from '../../health/judge.ts';
import { NOTHING, query } from '../../verb.ts';

/** One verdict on an environment, with what is wrong and what to do about it. */
export const showHealth = query({
  summary: 'Tell whether the environment does what it is for: one verdict, with its causes and what to do',
  scope: 'runs:read',
  input: NOTHING,
  async run({ control }): Promise<HealthReport> {
    const facts = await readFacts(control);
    const { environment, now, workers, queue, runs, lastHour, before } = facts;
    const causes = judge(facts);
    return {
      environment,
      verdict: verdictOf(causes),
      causes,
      checked_at: now,
      workers: workers ? { live: workers.length, draining: workers.filter(({ draining }) => draining).length } : null,
      queue: queue ? { depth: queue.depth, oldest_ms: Math.round(queue.age) } : null,
      runs,
      last_hour: lastHour,
      before,
    };
  },
});
