import { and, count, eq, gte, inArray, isNull, like, lt, ne, or } from 'drizzle-orm';
import type { Handle } from './handle.ts';
import { ENDED } from './run-states.ts';

/** What tells whether an environment does what it is for. */
export function condition(handle: Handle) {
  const { db, tables } = handle;
  const { runs, runAttempts, workers, releasePipelines, pipelines } = tables;
  return {
    /** Runs that ended from a time on, before another one, and those of them that failed. Epoch milliseconds. */
    async ended(
      environment: string,
      { from, to }: { readonly from: number; readonly to: number },
    ): Promise<{ readonly ended: number; readonly failed: number }> {
      const when = and(gte(runs.finished_at, from), lt(runs.finished_at, to));
      const rows = await db
        .select({ status: runs.status, runs: count() })
        .from(runs)
        .where(and(eq(runs.environment, environment), inArray(runs.status, [...ENDED]), when))
        .groupBy(runs.status);
      const failed = rows.find(({ status }) => status === 'failed')?.runs ?? 0;
      return { ended: rows.reduce((sum, row) => sum + row.runs, 0), failed };
    },

    /** Runs, at most `limit`, that a worker took before a time which was not heard of since, and nobody else has taken. */
    async abandoned(environment: string, before: number, limit: number): Promise<string[]> {
      const attempt = and(
        eq(runAttempts.run, runs.id),
        eq(runAttempts.epoch, runs.epoch),
        isNull(runAttempts.ended_at),
      );
      const rows = await db
        .select({ id: runs.id })
        .from(runs)
        .innerJoin(runAttempts, attempt)
        .leftJoin(workers, eq(workers.id, runAttempts.worker))
        .where(
          and(
            eq(runs.environment, environment),
            eq(runs.status, 'running'),
            ne(runAttempts.worker, ''),
            lt(runAttempts.started_at, before),
            or(isNull(workers.id), lt(workers.last_seen_at, before)),
          ),
        )
        .orderBy(runs.id)
        .limit(limit);
      return rows.map(({ id }) => id);
    },

    /** Definitions, as JSON text, of the pipelines of a release that may name a pool. */
    async pooled(release: string): Promise<{ readonly name: string; readonly definition: string }[]> {
      return db
        .select({ name: releasePipelines.name, definition: pipelines.definition })
        .from(releasePipelines)
        .innerJoin(pipelines, eq(pipelines.digest, releasePipelines.pipeline))
        .where(and(eq(releasePipelines.release, release), like(pipelines.definition, '%"pool":%')))
        .orderBy(releasePipelines.name);
    },
  };
}
