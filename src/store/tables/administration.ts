import type { JsonObject } from '../../core/json.ts';
import type { Kit } from './kit.ts';

/** Keys, variables, and what keeps a control plane honest. */
export function administrationTables(kit: Kit) {
  const vars = kit.table(
    'vars',
    {
      environment: kit.text().notNull(),
      name: kit.text().notNull(),
      /** SQL's null and JSON's are the same here. */
      value: kit.json(),
      /** Counts up at every change. */
      revision: kit.integer().notNull(),
      actor: kit.text().notNull(),
      updated_at: kit.timestamp().notNull(),
    },
    (t) => [kit.primaryKey({ columns: [t.environment, t.name] })],
  );

  const keys = kit.table(
    'keys',
    {
      id: kit.text().primaryKey(),
      environment: kit.text().notNull(),
      name: kit.text().notNull(),
      /** SHA-256 of the key; the key itself is nowhere. */
      hash: kit.text().notNull(),
      scopes: kit.json().$type<string[]>().notNull(),
      actor: kit.text().notNull(),
      created_at: kit.timestamp().notNull(),
      expires_at: kit.timestamp(),
      last_used_at: kit.timestamp(),
      revoked_at: kit.timestamp(),
    },
    (t) => [kit.uniqueIndex('keys_hash').on(t.hash)],
  );

  const audit = kit.table('audit', {
    /** From 1, without a gap. */
    number: kit.integer().primaryKey(),
    at: kit.timestamp().notNull(),
    actor: kit.text().notNull(),
    action: kit.text().notNull(),
    target: kit.text().notNull(),
    /** JSON text, as it was hashed. */
    details: kit.text().notNull(),
    /** Over the row and the hash of the row before. */
    hash: kit.text().notNull(),
  });

  /** The end of the chain: one row, which whoever appends locks. */
  const auditHead = kit.table('audit_head', {
    id: kit.integer().primaryKey(),
    number: kit.integer().notNull(),
    hash: kit.text().notNull(),
  });

  const idempotency = kit.table(
    'idempotency',
    {
      actor: kit.text().notNull(),
      key: kit.text().notNull(),
      /** Method and path. */
      route: kit.text().notNull(),
      body: kit.text().notNull(),
      /** Null while the first call is in flight. */
      answer: kit.json().$type<JsonObject>(),
      /** Which attempt may write the answer. */
      attempt: kit.integer().notNull(),
      /** When that attempt began, or last said that it goes on. */
      started_at: kit.timestamp().notNull(),
      expires_at: kit.timestamp().notNull(),
    },
    (t) => [kit.primaryKey({ columns: [t.actor, t.key] }), kit.index('idempotency_expires').on(t.expires_at)],
  );

  /** Processes that execute runs: each writes its own row again and again. */
  const workers = kit.table(
    'workers',
    {
      id: kit.text().primaryKey(),
      host: kit.text().notNull(),
      pid: kit.integer().notNull(),
      version: kit.text().notNull(),
      concurrency: kit.integer().notNull(),
      /** Runs that it executes. */
      running: kit.integer().notNull(),
      /** Pools of pipelines that it takes runs of. */
      pools: kit.json().$type<string[]>().notNull(),
      /** `name@version` of what it can execute. */
      components: kit.json().$type<string[]>().notNull(),
      /** Pipelines of releases that it keeps compiled. */
      cached: kit.integer().notNull(),
      draining: kit.boolean().notNull(),
      started_at: kit.timestamp().notNull(),
      last_seen_at: kit.timestamp().notNull(),
    },
    (t) => [kit.index('workers_seen').on(t.last_seen_at)],
  );

  return { workers, vars, keys, audit, auditHead, idempotency };
}
