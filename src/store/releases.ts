import { and, asc, count, desc, eq, gt, inArray, ne, sql } from 'drizzle-orm';
import { fail } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import type { PipelineFacts } from '../core/release/facts.ts';
import { chunks } from './chunks.ts';
import type { Handle } from './handle.ts';
import type { Tables } from './tables/tables.ts';

export type Release = Tables['releases']['$inferSelect'];
export type StoredPipeline = Tables['pipelines']['$inferSelect'];

/** Digests are the caller's to check: the store takes them as they come. */
export interface NewPipeline {
  readonly digest: string;
  readonly name: string;
  /** Canonical JSON. */
  readonly definition: string;
  /** The file, byte for byte. */
  readonly source: string;
}

export interface NewRelease {
  readonly digest: string;
  readonly project: string;
  readonly version: string;
  /** Canonical JSON. */
  readonly manifest: string;
  /** Digests by name, as the manifest has them. */
  readonly pipelines: Readonly<Record<string, string>>;
}

/** A pipeline of a release. */
export interface ReleasePipeline {
  readonly name: string;
  readonly digest: string;
}

/** What a pipeline's name means in an environment now. */
export interface ActivePipeline extends ReleasePipeline {
  readonly project: string;
  readonly release: string;
  readonly version: string;
  /** Of the deployment that made it active. */
  readonly number: number;
}

/** Which of the releases that were active. */
export interface OnceActive {
  readonly version?: string | undefined;
  readonly release?: string | undefined;
}

export interface ActiveRelease extends Release {
  /** Of the deployment that made it active. */
  readonly number: number;
  readonly activated_at: number;
}

/** Content that was uploaded, and what is active of it. Content never changes, and being stored does not make it active. */
export function releases(handle: Handle) {
  const { db, tables, dialect } = handle;
  const {
    projects,
    pipelines,
    releases: table,
    releasePipelines,
    pipelineFacts,
    activeReleases,
    activeNames,
    deployments,
  } = tables;

  const ofActive = () =>
    db
      .select({
        digest: table.digest,
        project: table.project,
        version: table.version,
        manifest: table.manifest,
        created_at: table.created_at,
        number: activeReleases.number,
        activated_at: activeReleases.activated_at,
      })
      .from(activeReleases)
      .innerJoin(table, eq(table.digest, activeReleases.release));

  const activeColumns = {
    name: activeNames.name,
    digest: releasePipelines.pipeline,
    project: activeNames.project,
    release: activeReleases.release,
    version: table.version,
    number: activeReleases.number,
  };

  const pipeline = (digest: string): Promise<StoredPipeline[]> =>
    handle
      .prepared('pipeline', () =>
        db
          .select()
          .from(pipelines)
          .where(eq(pipelines.digest, sql.placeholder('digest'))),
      )
      .execute({ digest });

  return {
    /** Those of these pipelines that have to be uploaded, in the order given, each once. */
    async missing(digests: readonly string[]): Promise<string[]> {
      const rows = await dialect.rows(db, dialect.absent(JSON.stringify([...new Set(digests)])));
      const absent = new Set(rows.map(({ digest }) => digest));
      return [...new Set(digests)].filter((digest) => absent.has(digest));
    },

    /** Those of these pipelines of which this checker has stored no facts. */
    async unchecked(digests: readonly string[], checker: string): Promise<Set<string>> {
      const rows = await dialect.rows(db, dialect.unchecked(JSON.stringify(digests), checker));
      return new Set(rows.map(({ digest }) => String(digest)));
    },

    /** Stores pipelines; of one that is known the first source text stays. Answers how many were new. */
    async putPipelines(list: readonly NewPipeline[]): Promise<number> {
      const created_at = handle.now();
      return handle.atomically(async ({ db }) => {
        let added = 0;
        for (const part of chunks(list, 100)) {
          const rows = await db
            .insert(pipelines)
            .values(
              part.map(({ digest, name, definition, source }) => ({ digest, name, definition, source, created_at })),
            )
            .onConflictDoNothing()
            .returning({ digest: pipelines.digest });
          added += rows.length;
        }
        return added;
      });
    },

    /** Stores a release whole; false when it is known. Throws FlowMasonError `PIPELINES_MISSING` with their digests. */
    async putManifest(release: NewRelease): Promise<boolean> {
      const { digest, project, version, manifest } = release;
      const created_at = handle.now();
      return handle.atomically(async (inner) => {
        const { db } = inner;
        const missing = await releases(inner).missing(Object.values(release.pipelines));
        if (missing.length > 0) {
          fail('PIPELINES_MISSING', `${missing.length} pipelines of release ${digest} have not been uploaded`, {
            details: { missing },
          });
        }
        await db.insert(projects).values({ name: project, created_at }).onConflictDoNothing();
        const added = await db
          .insert(table)
          .values({ digest, project, version, manifest, created_at })
          .onConflictDoNothing()
          .returning({ digest: table.digest });
        if (added.length === 0) return false;
        // One statement, however many there are: to build one of thousands of values takes longer than all the rest.
        await dialect.rows(db, dialect.members(digest, JSON.stringify(release.pipelines)));
        return true;
      });
    },

    async get(digest: string): Promise<Release | undefined> {
      const [row] = await handle
        .prepared('release', () =>
          db
            .select()
            .from(table)
            .where(eq(table.digest, sql.placeholder('digest'))),
        )
        .execute({ digest });
      return row;
    },

    /** The pipelines of a release by name. */
    async pipelines(release: string): Promise<ReleasePipeline[]> {
      return db
        .select({ name: releasePipelines.name, digest: releasePipelines.pipeline })
        .from(releasePipelines)
        .where(eq(releasePipelines.release, release))
        .orderBy(releasePipelines.name);
    },

    /** Stored pipelines, those of them that exist. */
    async content(digests: readonly string[]): Promise<StoredPipeline[]> {
      const [digest, ...others] = new Set(digests);
      if (digest === undefined) return [];
      if (others.length === 0) return pipeline(digest);
      const found: StoredPipeline[] = [];
      for (const part of chunks([digest, ...others])) {
        found.push(...(await db.select().from(pipelines).where(inArray(pipelines.digest, part))));
      }
      return found;
    },

    /** What this checker found in pipelines before, by digest. */
    async facts(digests: readonly string[], checker: string): Promise<Map<string, PipelineFacts>> {
      const found = new Map<string, PipelineFacts>();
      const { digest, facts } = pipelineFacts;
      for (const part of chunks([...new Set(digests)])) {
        const rows = await db
          .select({ digest, facts })
          .from(pipelineFacts)
          .where(and(eq(pipelineFacts.checker, checker), inArray(digest, part)));
        // Only `putFacts` writes them.
        for (const row of rows) found.set(row.digest, row.facts as unknown as PipelineFacts);
      }
      return found;
    },

    /** Keeps the newest facts of each pipeline: what it calls may have changed since. */
    async putFacts(checker: string, list: readonly PipelineFacts[]): Promise<void> {
      const newest = new Map(list.map((facts) => [facts.digest, facts]));
      // In one order, so that two who write the same rows wait for each other and not in a circle.
      const rows = [...newest.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1));
      await handle.atomically(async ({ db }) => {
        for (const part of chunks(rows)) {
          await db
            .insert(pipelineFacts)
            // Facts are plain JSON.
            .values(part.map((facts) => ({ digest: facts.digest, checker, facts: facts as unknown as Json })))
            .onConflictDoUpdate({
              target: [pipelineFacts.digest, pipelineFacts.checker],
              set: { facts: dialect.excluded(pipelineFacts.facts) },
            });
        }
      });
    },

    /** The release that is active for a project. */
    async active(environment: string, project: string): Promise<ActiveRelease | undefined> {
      const [row] = await handle
        .prepared('active', () =>
          ofActive().where(
            and(
              eq(activeReleases.environment, sql.placeholder('environment')),
              eq(activeReleases.project, sql.placeholder('project')),
            ),
          ),
        )
        .execute({ environment, project });
      return row;
    },

    /** What is active in an environment, by project. */
    async allActive(environment: string): Promise<ActiveRelease[]> {
      return ofActive().where(eq(activeReleases.environment, environment)).orderBy(activeReleases.project);
    },

    /** What a name means in an environment now: how a run finds its release. */
    async activePipeline(environment: string, name: string): Promise<ActivePipeline | undefined> {
      const [row] = await handle
        .shared('active pipeline', () =>
          db
            .select(activeColumns)
            .from(activeNames)
            .innerJoin(
              activeReleases,
              and(
                eq(activeReleases.environment, activeNames.environment),
                eq(activeReleases.project, activeNames.project),
              ),
            )
            .innerJoin(
              releasePipelines,
              and(eq(releasePipelines.release, activeReleases.release), eq(releasePipelines.name, activeNames.name)),
            )
            .innerJoin(table, eq(table.digest, activeReleases.release))
            .where(
              and(
                eq(activeNames.environment, sql.placeholder('environment')),
                eq(activeNames.name, sql.placeholder('name')),
              ),
            ),
        )
        .execute({ environment, name });
      return row;
    },

    /** What is active in an environment over all projects, sorted. */
    async activeNames(environment: string): Promise<string[]> {
      const { name } = activeNames;
      const rows = await db
        .select({ name })
        .from(activeNames)
        .where(eq(activeNames.environment, environment))
        .orderBy(name);
      return rows.map((row) => row.name);
    },

    /**
     * What a pipeline's name meant in an environment once: in the release that was active last of those with this version,
     * or in this release. Undefined when none of them was ever active there.
     */
    async onceActive(environment: string, name: string, which: OnceActive): Promise<ActivePipeline | undefined> {
      const [row] = await db
        .select({
          name: releasePipelines.name,
          digest: releasePipelines.pipeline,
          project: deployments.project,
          release: deployments.release,
          version: deployments.version,
          number: deployments.number,
        })
        .from(deployments)
        .innerJoin(
          releasePipelines,
          and(eq(releasePipelines.release, deployments.release), eq(releasePipelines.name, name)),
        )
        .where(
          and(
            eq(deployments.environment, environment),
            eq(deployments.status, 'succeeded'),
            which.release === undefined ? undefined : eq(deployments.release, which.release),
            which.version === undefined ? undefined : eq(deployments.version, which.version),
          ),
        )
        .orderBy(desc(deployments.finished_at), desc(deployments.number))
        .limit(1);
      return row;
    },

    /** What names mean in an environment now, sorted by name: at most `limit` after `page.after`, of one project or all. */
    async activePipelines(
      environment: string,
      page: { readonly project?: string | undefined; readonly after?: string | undefined; readonly limit: number },
    ): Promise<ActivePipeline[]> {
      const { project, after, limit } = page;
      return db
        .select(activeColumns)
        .from(activeNames)
        .innerJoin(
          activeReleases,
          and(eq(activeReleases.environment, activeNames.environment), eq(activeReleases.project, activeNames.project)),
        )
        .innerJoin(
          releasePipelines,
          and(eq(releasePipelines.release, activeReleases.release), eq(releasePipelines.name, activeNames.name)),
        )
        .innerJoin(table, eq(table.digest, activeReleases.release))
        .where(
          and(
            eq(activeNames.environment, environment),
            project === undefined ? undefined : eq(activeNames.project, project),
            after === undefined ? undefined : gt(activeNames.name, after),
          ),
        )
        .orderBy(asc(activeNames.name))
        .limit(limit);
    },

    /** Those of these names that are active for another project, sorted. */
    async takenNames(
      environment: string,
      project: string,
      names: readonly string[],
    ): Promise<{ readonly name: string; readonly project: string }[]> {
      const taken: { name: string; project: string }[] = [];
      for (const part of chunks([...names].sort())) {
        const rows = await db
          .select({ name: activeNames.name, project: activeNames.project })
          .from(activeNames)
          .where(
            and(
              eq(activeNames.environment, environment),
              ne(activeNames.project, project),
              inArray(activeNames.name, part),
            ),
          )
          .orderBy(activeNames.name);
        taken.push(...rows);
      }
      return taken;
    },

    /** Names that are active over all projects, for the quota `pipelines`. */
    async countNames(environment: string): Promise<number> {
      const [row] = await db
        .select({ names: count() })
        .from(activeNames)
        .where(eq(activeNames.environment, environment));
      return row?.names ?? 0;
    },

    /** Releases of a project, the newest first. */
    async list(project: string, limit: number): Promise<Omit<Release, 'manifest'>[]> {
      const { digest, version, created_at } = table;
      return db
        .select({ digest, project: table.project, version, created_at })
        .from(table)
        .where(eq(table.project, project))
        .orderBy(desc(created_at), desc(digest))
        .limit(limit);
    },
  };
}
