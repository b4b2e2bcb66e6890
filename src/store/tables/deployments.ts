import { sql } from 'drizzle-orm';
import type { Kit } from './kit.ts';

/** What became active where: the log, and what follows from it. */
export function deploymentTables(kit: Kit) {
  const environments = kit.table('environments', {
    name: kit.text().primaryKey(),
    protected: kit.boolean().notNull(),
    promotes_from: kit.text(),
    immutable_versions: kit.boolean().notNull(),
    /** Kinds of evidence that a release needs to get here. */
    requires: kit.json().$type<string[]>().notNull(),
    /** Whom to tell of failed runs. */
    failure_webhook: kit.json().$type<FailureWebhook>(),
    lock_holder: kit.text(),
    lock_reason: kit.text(),
    locked_at: kit.timestamp(),
    lock_expires_at: kit.timestamp(),
    /** Counts up at every change of the settings. */
    revision: kit.integer().notNull(),
    updated_at: kit.timestamp().notNull(),
  });

  const deployments = kit.table(
    'deployments',
    {
      environment: kit.text().notNull(),
      project: kit.text().notNull(),
      number: kit.integer().notNull(),
      kind: kit.text().$type<DeploymentKind>().notNull(),
      release: kit.text().notNull(),
      version: kit.text().notNull(),
      /** The number of the entry that was active before; 0 when there was none. */
      base: kit.integer().notNull(),
      actor: kit.text().notNull(),
      message: kit.text(),
      commit: kit.text(),
      commit_author: kit.text(),
      /** Where it came from: the environment that was promoted, the entry that was rolled back to. */
      origin: kit.text(),
      forced: kit.boolean().notNull(),
      /** Names of pipelines whose removal was agreed to. */
      removals: kit.json().$type<string[]>().notNull(),
      plan: kit.text(),
      changes: kit.json().$type<ChangeCounts>().notNull(),
      status: kit.text().$type<DeploymentStatus>().notNull(),
      /** Why it failed. */
      error: kit.json(),
      at: kit.timestamp().notNull(),
      finished_at: kit.timestamp(),
    },
    (t) => [
      kit.primaryKey({ columns: [t.environment, t.project, t.number] }),
      // Whatever else goes wrong, two entries never follow the same one.
      kit.uniqueIndex('deployments_one_follows').on(t.environment, t.project, t.base).where(sql`status = 'succeeded'`),
      kit.index('deployments_release').on(t.release),
    ],
  );

  /** The last succeeded entry of each log. */
  const activeReleases = kit.table(
    'active_releases',
    {
      environment: kit.text().notNull(),
      project: kit.text().notNull(),
      number: kit.integer().notNull(),
      release: kit.text().notNull(),
      activated_at: kit.timestamp().notNull(),
    },
    (t) => [kit.primaryKey({ columns: [t.environment, t.project] })],
  );

  /** Whose a pipeline's name is while it is active. */
  const activeNames = kit.table(
    'active_names',
    {
      environment: kit.text().notNull(),
      name: kit.text().notNull(),
      project: kit.text().notNull(),
    },
    (t) => [
      kit.primaryKey({ columns: [t.environment, t.name] }),
      kit.index('active_names_project').on(t.environment, t.project),
    ],
  );

  const plans = kit.table(
    'plans',
    {
      id: kit.text().primaryKey(),
      hash: kit.text().notNull(),
      environment: kit.text().notNull(),
      project: kit.text().notNull(),
      base: kit.integer().notNull(),
      release: kit.text().notNull(),
      removals: kit.json().$type<string[]>().notNull(),
      content: kit.json().notNull(),
      actor: kit.text().notNull(),
      created_at: kit.timestamp().notNull(),
      expires_at: kit.timestamp().notNull(),
    },
    (t) => [kit.index('plans_expires').on(t.expires_at), kit.index('plans_release').on(t.release)],
  );

  return { environments, deployments, activeReleases, activeNames, plans };
}

/** Where failed runs are told of, and the name of the secret that signs what is sent. */
export type FailureWebhook = { url: string; secret: string | null };

export type DeploymentKind = 'push' | 'deploy' | 'promote' | 'rollback';
export type DeploymentStatus = 'pending' | 'succeeded' | 'failed';

/** Pipelines that a deployment added, changed and removed. */
export type ChangeCounts = { added: number; changed: number; removed: number };
