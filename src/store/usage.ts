import { and, count, eq, gte, lt } from 'drizzle-orm';
import type { Handle } from './handle.ts';

/** What an environment uses of what quotas count (DEPLOYMENT.md 6). */
export function usage(handle: Handle) {
  const { db, tables } = handle;
  const { activeNames, runs } = tables;
  return {
    /** Names of pipelines that are active, over all projects. */
    async pipelines(environment: string): Promise<number> {
      const [row] = await db
        .select({ names: count() })
        .from(activeNames)
        .where(eq(activeNames.environment, environment));
      return row?.names ?? 0;
    },

    /** Runs that were accepted from a time on, before another one; epoch milliseconds. */
    async executions(
      environment: string,
      { from, to }: { readonly from: number; readonly to: number },
    ): Promise<number> {
      const [row] = await db
        .select({ runs: count() })
        .from(runs)
        .where(and(eq(runs.environment, environment), gte(runs.accepted_at, from), lt(runs.accepted_at, to)));
      return row?.runs ?? 0;
    },
  };
}
