import type { UsageView } from '../../../core/api/administration.ts';
import { NOTHING, query } from '../../verb.ts';

const DAY_MS = 86_400_000;

/** What this environment uses of what quotas count. Days are those of UTC. */
export const showUsage = query({
  summary: 'Show how many pipelines are active and how many runs were accepted today',
  scope: 'runs:read',
  input: NOTHING,
  async run({ control }): Promise<UsageView> {
    const { store, environment, clock } = control;
    const now = clock.now();
    const from = now - (now % DAY_MS);
    const resets_at = from + DAY_MS;
    const [pipelines, executions] = await Promise.all([
      store.usage.pipelines(environment),
      store.usage.executions(environment, { from, to: resets_at }),
    ]);
    const date = new Date(from).toISOString().slice(0, 10);
    return { pipelines: { active: pipelines }, executions: { date, accepted: executions, resets_at } };
  },
});
