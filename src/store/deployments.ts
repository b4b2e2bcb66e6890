import { and, desc, eq, inArray, lt, max, ne, sql } from 'drizzle-orm';
import { fail } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { activate } from './activation.ts';
import { chunks } from './chunks.ts';
import type { Handle } from './handle.ts';
import type { ReleasePipeline } from './releases.ts';
import type { ChangeCounts, DeploymentKind } from './tables/deployments.ts';
import type { Tables } from './tables/tables.ts';

export type Deployment = Tables['deployments']['$inferSelect'];

/** One log: that of a project in an environment. */
export interface Log {
  readonly environment: string;
  readonly project: string;
}

export interface NewDeployment extends Log {
  readonly kind: DeploymentKind;
  readonly release: string;
  /** The number of the entry that was active when it was planned; 0 when there was none. */
  readonly base: number;
  readonly actor: string;
  readonly message?: string | undefined;
  readonly commit?: string | undefined;
  readonly commit_author?: string | undefined;
  readonly origin?: string | undefined;
  readonly forced?: boolean;
  readonly removals?: readonly string[];
  readonly plan?: string | undefined;
  readonly changes?: ChangeCounts;
}

export interface Activation {
  /** A version names one release for ever (server setting `immutable_versions`). */
  readonly immutable_versions?: boolean;
}

/**
 * The append-only log. `begin` adds an entry, `activate` makes it the active one or `fail` ends it; in one transaction,
 * or in several with work in between. Numbers grow from 1 in each log.
 */
export function deployments(handle: Handle) {
  const { db, tables, dialect } = handle;
  const { deployments: table, activeReleases, releases, releasePipelines, projects } = tables;

  const get = async ({ environment, project }: Log, number: number): Promise<Deployment | undefined> => {
    const [row] = await db
      .select()
      .from(table)
      .where(inLog(table, { environment, project }, number));
    return row;
  };

  return {
    /** Adds a pending entry. Throws FlowMasonError `BASE_MOVED` with both sides, `NOT_FOUND` for an unknown release. */
    async begin(entry: NewDeployment): Promise<Deployment> {
      const { environment, project, kind, release, base, actor } = entry;
      return handle.atomically(async (inner) => {
        const { db } = inner;
        // One at a time in a project, so that numbers follow each other.
        await dialect.lock(db.select().from(projects).where(eq(projects.name, project)));
        const [stored] = await db
          .select({ version: releases.version })
          .from(releases)
          .where(and(eq(releases.digest, release), eq(releases.project, project)));
        if (!stored) fail('NOT_FOUND', `Project ${project} has no release ${release} here`);
        await requireBase(inner, entry, base);
        const [last] = await db
          .select({ number: max(table.number) })
          .from(table)
          .where(inLog(table, entry));
        const row: Deployment = {
          environment,
          project,
          number: (last?.number ?? 0) + 1,
          kind,
          release,
          version: stored.version,
          base,
          actor,
          message: entry.message ?? null,
          commit: entry.commit ?? null,
          commit_author: entry.commit_author ?? null,
          origin: entry.origin ?? null,
          forced: entry.forced ?? false,
          removals: [...(entry.removals ?? [])],
          plan: entry.plan ?? null,
          changes: entry.changes ?? { added: 0, changed: 0, removed: 0 },
          status: 'pending',
          error: null,
          at: handle.now(),
          finished_at: null,
        };
        await db.insert(table).values(row);
        return row;
      });
    },

    /**
     * Makes a pending entry the active one: it, the pointer and the names of its pipelines change together. Throws
     * FlowMasonError `BASE_MOVED` with both sides, `NAME_TAKEN` with names and projects, `VERSION_TAKEN`,
     * `CHANGED_MEANWHILE` for an entry that is not pending any more, `NOT_FOUND`; then nothing has changed.
     */
    async activate(log: Log, number: number, activation: Activation = {}): Promise<Deployment> {
      return handle.atomically(async (inner) => {
        const [found] = await inner.db
          .select()
          .from(table)
          .where(inLog(table, log, number));
        if (!found) return fail('NOT_FOUND', `${log.project} has no deployment #${number} in ${log.environment}`);
        if (found.status !== 'pending') {
          fail('CHANGED_MEANWHILE', `Deployment #${number} of ${log.project} has ${found.status} already`);
        }
        await requireBase(inner, log, found.base);
        return activate(inner, found, activation.immutable_versions ?? false);
      });
    },

    /** Ends a pending entry; false when it is not pending. */
    async fail(log: Log, number: number, error: Json): Promise<boolean> {
      const ended = await db
        .update(table)
        .set({ status: 'failed', error, finished_at: handle.now() })
        .where(and(inLog(table, log, number), eq(table.status, 'pending')))
        .returning({ number: table.number });
      return ended.length > 0;
    },

    get,

    /** The entries before a number (all without one), the newest first. */
    async list(
      log: Log,
      page: { readonly before?: number | undefined; readonly limit: number },
    ): Promise<Deployment[]> {
      const { before = Number.MAX_SAFE_INTEGER, limit } = page;
      return handle
        .shared('deployments', () =>
          db
            .select()
            .from(table)
            .where(
              and(
                eq(table.environment, sql.placeholder('environment')),
                eq(table.project, sql.placeholder('project')),
                lt(table.number, sql.placeholder('before')),
              ),
            )
            .orderBy(desc(table.number))
            .limit(sql.placeholder('limit')),
        )
        .execute({ environment: log.environment, project: log.project, before, limit });
    },

    /** Which entry of each log of an environment is active, by project. */
    async active(environment: string): Promise<{ readonly project: string; readonly number: number }[]> {
      const { project, number } = activeReleases;
      return handle
        .shared('active entries', () =>
          db
            .select({ project, number })
            .from(activeReleases)
            .where(eq(activeReleases.environment, sql.placeholder('environment')))
            .orderBy(project),
        )
        .execute({ environment });
    },

    /** The newest entry that was active with this version and is not the active release's. */
    async ofVersion(log: Log, version: string, active: string | undefined): Promise<Deployment | undefined> {
      const other = active === undefined ? undefined : ne(table.release, active);
      return newest(handle, log, and(eq(table.version, version), other));
    },

    /** The newest entry that was active with another release than the active one. */
    async previous(log: Log, active: string): Promise<Deployment | undefined> {
      return newest(handle, log, ne(table.release, active));
    },

    /** The newest entry with which a release was active here: undefined when it never was. */
    async ofRelease(log: Log, release: string): Promise<Deployment | undefined> {
      return newest(handle, log, eq(table.release, release));
    },

    /** Those of these pipelines that a release which was active here had, as far as its releases are still stored. */
    async had(log: Log, wanted: readonly ReleasePipeline[]): Promise<ReleasePipeline[]> {
      const found = new Set<string>();
      for (const part of chunks(wanted)) {
        const rows = await db
          .selectDistinct({ name: releasePipelines.name, digest: releasePipelines.pipeline })
          .from(releasePipelines)
          .innerJoin(table, eq(table.release, releasePipelines.release))
          .where(
            and(
              inLog(table, log),
              eq(table.status, 'succeeded'),
              inArray(
                releasePipelines.pipeline,
                part.map(({ digest }) => digest),
              ),
            ),
          );
        for (const { name, digest } of rows) found.add(`${digest} ${name}`);
      }
      return wanted.filter(({ name, digest }) => found.has(`${digest} ${name}`));
    },

    /** The rollback that ended a release's last time here; undefined when it ended otherwise, or never was here. */
    async rolledBackBy(log: Log, release: string): Promise<Deployment | undefined> {
      const last = await newest(handle, log, eq(table.release, release));
      if (!last) return undefined;
      return newest(handle, log, and(eq(table.base, last.number), eq(table.kind, 'rollback')));
    },
  };
}

/** Throws FlowMasonError `BASE_MOVED` when something else than `base` is active. */
async function requireBase(handle: Handle, log: Log, base: number): Promise<void> {
  const { db, tables, dialect } = handle;
  const { activeReleases, deployments: table } = tables;
  const { environment, project } = log;
  const query = db
    .select()
    .from(activeReleases)
    .where(and(eq(activeReleases.environment, environment), eq(activeReleases.project, project)));
  const [active] = await dialect.lock(query);
  if ((active?.number ?? 0) === base) return;
  const [planned] = await db
    .select()
    .from(table)
    .where(inLog(table, log, base));
  const [now] = await db
    .select()
    .from(table)
    .where(inLog(table, log, active?.number ?? 0));
  const from = base === 0 ? 'nothing' : `#${base}`;
  const to = now === undefined ? 'nothing' : `#${now.number} (${now.version}, by ${now.actor})`;
  fail('BASE_MOVED', `This was planned when ${from} was active in ${environment}; now it is ${to}`, {
    hint: 'Look at what changed with `fm history`, then deploy again.',
    details: { base: side(planned), active: side(now) },
  });
}

/** What a message about two deployments needs to know of one. */
function side(entry: Deployment | undefined): Json {
  if (entry === undefined) return null;
  const { number, release, version, kind, actor, at } = entry;
  return { number, release, version, kind, actor, at };
}

async function newest(handle: Handle, log: Log, condition: ReturnType<typeof and>): Promise<Deployment | undefined> {
  const { db, tables } = handle;
  const { deployments: table } = tables;
  const [row] = await db
    .select()
    .from(table)
    .where(and(inLog(table, log), eq(table.status, 'succeeded'), condition))
    .orderBy(desc(table.number))
    .limit(1);
  return row;
}

/** The entries of a log, or one of them. */
function inLog(table: Tables['deployments'], { environment, project }: Log, number?: number) {
  const one = number === undefined ? undefined : eq(table.number, number);
  return and(eq(table.environment, environment), eq(table.project, project), one);
}
