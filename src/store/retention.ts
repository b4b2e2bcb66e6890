import { and, desc, eq, inArray, isNull, lt, notInArray, sql } from 'drizzle-orm';
import { chunks } from './chunks.ts';
import type { Handle } from './handle.ts';
import { ENDED } from './run-states.ts';

/** Deletes what nobody needs any more (DEPLOYMENT.md 4.16). */
export function retention(handle: Handle) {
  const { tables } = handle;
  const { runs, runAttempts, journal, journalHistory, runLogs, slots, signals, outputs } = tables;
  const { releases, releasePipelines, pipelines, pipelineFacts, deployments, plans, evidence, activeReleases } = tables;

  return {
    /** Deletes runs that ended before a time, at most `limit`, the oldest first; answers how many. */
    async runs(before: number, limit: number): Promise<number> {
      return handle.atomically(async ({ db }) => {
        const old = await db
          .select({ id: runs.id })
          .from(runs)
          .where(and(inArray(runs.status, [...ENDED]), lt(runs.finished_at, before)))
          .orderBy(runs.finished_at)
          .limit(limit);
        for (const part of chunks(old.map(({ id }) => id))) {
          for (const table of [runAttempts, journal, journalHistory, runLogs, slots, signals]) {
            await db.delete(table).where(inArray(table.run, part));
          }
          await db.delete(runs).where(inArray(runs.id, part));
        }
        return old.length;
      });
    },

    /** Deletes large outputs that no run refers to and that are older than `before`; answers how many. */
    async outputs(before: number): Promise<number> {
      return handle.atomically(async ({ db }) => {
        const used = (table: typeof journal | typeof journalHistory) =>
          notInArray(outputs.digest, db.select({ output: sql<string>`coalesce(${table.output}, '')` }).from(table));
        const gone = await db
          .delete(outputs)
          .where(and(lt(outputs.created_at, before), used(journal), used(journalHistory)))
          .returning({ digest: outputs.digest });
        return gone.length;
      });
    },

    /**
     * Deletes releases that were stored before a time, except the last `keep` of each log that were active, whatever a run
     * that has not ended uses, and what a plan holds; then pipelines that no release has, with their facts. Answers how many
     * releases.
     */
    async releases(keep: number, before: number): Promise<number> {
      return handle.atomically(async ({ db }) => {
        const kept = new Set<string>();
        for (const { environment, project } of await db.select().from(activeReleases)) {
          const inLog = and(eq(deployments.environment, environment), eq(deployments.project, project));
          const last = await db
            .select({ release: deployments.release })
            .from(deployments)
            .where(and(inLog, eq(deployments.status, 'succeeded')))
            .orderBy(desc(deployments.number));
          const distinct = [...new Set(last.map(({ release }) => release))];
          for (const release of distinct.slice(0, keep)) kept.add(release);
        }
        const inUse = [
          await db.select({ release: runs.release }).from(runs).where(isNull(runs.finished_at)),
          await db.select({ release: plans.release }).from(plans),
          await db.select({ release: deployments.release }).from(deployments).where(eq(deployments.status, 'pending')),
        ];
        for (const { release } of inUse.flat()) kept.add(release);
        const stored = await db
          .select({ digest: releases.digest })
          .from(releases)
          .where(lt(releases.created_at, before));
        const gone = stored.map(({ digest }) => digest).filter((digest) => !kept.has(digest));
        for (const part of chunks(gone)) {
          await db.delete(releasePipelines).where(inArray(releasePipelines.release, part));
          await db.delete(evidence).where(inArray(evidence.release, part));
          await db.delete(releases).where(inArray(releases.digest, part));
        }
        const used = db.select({ pipeline: releasePipelines.pipeline }).from(releasePipelines);
        await db.delete(pipelines).where(and(lt(pipelines.created_at, before), notInArray(pipelines.digest, used)));
        await db
          .delete(pipelineFacts)
          .where(notInArray(pipelineFacts.digest, db.select({ digest: pipelines.digest }).from(pipelines)));
        return gone.length;
      });
    },
  };
}
