import { and, eq, ne, notInArray, sql } from 'drizzle-orm';
import { fail } from '../core/errors.ts';
import type { Handle } from './handle.ts';
import type { Tables } from './tables/tables.ts';

type Deployment = Tables['deployments']['$inferSelect'];

/**
 * Everything that becomes true when a pending entry, whose base is active, becomes active. Runs inside a transaction
 * that holds the pointer of the log. Throws FlowMasonError `NAME_TAKEN`, `VERSION_TAKEN`, `BASE_MOVED`.
 */
export async function activate(handle: Handle, entry: Deployment, immutableVersions: boolean): Promise<Deployment> {
  const { db, tables } = handle;
  const { deployments } = tables;
  const { environment, project, number } = entry;
  if (immutableVersions) await requireVersion(handle, entry);
  const finished_at = handle.now();
  const [done] = await db
    .update(deployments)
    .set({ status: 'succeeded', finished_at })
    .where(
      and(
        eq(deployments.environment, environment),
        eq(deployments.project, project),
        eq(deployments.number, number),
        eq(deployments.status, 'pending'),
      ),
    )
    .returning();
  if (!done) fail('CHANGED_MEANWHILE', `Deployment #${number} of ${project} has ended meanwhile`);
  await point(handle, entry, finished_at);
  await claimNames(handle, entry);
  return done;
}

/** Compare and set: from the base of the entry to the entry. */
async function point(handle: Handle, entry: Deployment, activated_at: number): Promise<void> {
  const { db, tables } = handle;
  const { activeReleases } = tables;
  const { environment, project, number, release, base } = entry;
  const moved =
    base === 0
      ? await db
          .insert(activeReleases)
          .values({ environment, project, number, release, activated_at })
          .onConflictDoNothing()
          .returning({ number: activeReleases.number })
      : await db
          .update(activeReleases)
          .set({ number, release, activated_at })
          .where(
            and(
              eq(activeReleases.environment, environment),
              eq(activeReleases.project, project),
              eq(activeReleases.number, base),
            ),
          )
          .returning({ number: activeReleases.number });
  if (moved.length > 0) return;
  fail('BASE_MOVED', `Another deployment of ${project} became active in ${environment} meanwhile`, {
    hint: 'Look at what changed with `fm history`, then deploy again.',
    details: { base, active: null },
  });
}

/** The project's active names are those of the release; each belongs to one project. */
async function claimNames(handle: Handle, { environment, project, release }: Deployment): Promise<void> {
  const { db, tables } = handle;
  const { activeNames, releasePipelines } = tables;
  const inRelease = eq(releasePipelines.release, release);
  const current = and(eq(activeNames.environment, environment), eq(activeNames.project, project));
  const kept = db.select({ name: releasePipelines.name }).from(releasePipelines).where(inRelease);
  await db.delete(activeNames).where(and(current, notInArray(activeNames.name, kept)));
  const mine = {
    environment: sql<string>`${environment}`.as('environment'),
    name: releasePipelines.name,
    project: sql<string>`${project}`.as('project'),
  };
  const claimed = db.select(mine).from(releasePipelines).where(inRelease);
  await db.insert(activeNames).select(claimed).onConflictDoNothing();
  const taken = await db
    .select({ name: activeNames.name, project: activeNames.project })
    .from(activeNames)
    .innerJoin(releasePipelines, and(eq(releasePipelines.name, activeNames.name), inRelease))
    .where(and(eq(activeNames.environment, environment), ne(activeNames.project, project)))
    .orderBy(activeNames.name);
  const [first] = taken;
  if (!first) return;
  fail(
    'NAME_TAKEN',
    `${taken.length} names are active in ${environment} for another project: ${first.name} (${first.project})`,
    {
      hint: 'Rename the pipeline, or take it out of the other project first.',
      details: { taken },
    },
  );
}

async function requireVersion(handle: Handle, entry: Deployment): Promise<void> {
  const { db, tables } = handle;
  const { deployments } = tables;
  const { environment, project, version, release } = entry;
  const [other] = await db
    .select({ release: deployments.release, number: deployments.number })
    .from(deployments)
    .where(
      and(
        eq(deployments.environment, environment),
        eq(deployments.project, project),
        eq(deployments.version, version),
        eq(deployments.status, 'succeeded'),
        ne(deployments.release, release),
      ),
    )
    .limit(1);
  if (!other) return;
  fail('VERSION_TAKEN', `Version ${version} of ${project} is deployment #${other.number}, with other content`, {
    hint: 'Raise `version` in flowmason.json: versions never change their content here.',
    details: { version, release: other.release, number: other.number },
  });
}
