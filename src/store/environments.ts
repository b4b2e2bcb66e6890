import { and, eq, isNull, lte, or } from 'drizzle-orm';
import { fail } from '../core/errors.ts';
import type { Handle } from './handle.ts';
import type { Tables } from './tables/tables.ts';

type Row = Tables['environments']['$inferSelect'];
export type EnvironmentSettings = Pick<Row, 'protected' | 'promotes_from' | 'immutable_versions' | 'requires'>;
/** What can be changed of an environment. */
export type EnvironmentChange = EnvironmentSettings & Pick<Row, 'failure_webhook'>;

export interface EnvironmentLock {
  readonly holder: string;
  readonly reason: string;
  readonly locked_at: number;
  /** Epoch milliseconds; null: until it is unlocked. */
  readonly expires_at: number | null;
}

export interface Environment extends EnvironmentChange {
  readonly name: string;
  /** Counts up at every change of the settings. */
  readonly revision: number;
  readonly updated_at: number;
  readonly lock: EnvironmentLock | null;
}

/** What an environment demands of who deploys to it. */
export function environments(handle: Handle) {
  const { db, tables, dialect } = handle;
  const { environments: table } = tables;

  const read = async (name: string): Promise<Environment | undefined> => {
    const [row] = await db.select().from(table).where(eq(table.name, name));
    return row && fromRow(row, handle.now());
  };

  const expect = async (name: string): Promise<Environment> => {
    const found = await read(name);
    return found ?? fail('NOT_FOUND', `There is no environment ${name} here`);
  };

  return {
    /** The environment, made with these settings when it does not exist. */
    async ensure(name: string, settings: EnvironmentSettings): Promise<Environment> {
      const unlocked = { lock_holder: null, lock_reason: null, locked_at: null, lock_expires_at: null };
      await db
        .insert(table)
        .values({ name, ...settings, failure_webhook: null, ...unlocked, revision: 1, updated_at: handle.now() })
        .onConflictDoNothing();
      return expect(name);
    },

    get: read,

    /** Those that were deployed to or changed here; one, unless a database was mistaken for another. */
    async names(): Promise<string[]> {
      const rows = await db.select({ name: table.name }).from(table).orderBy(table.name);
      return rows.map(({ name }) => name);
    },

    /** The environment, which nobody else changes until the transaction ends. Throws FlowMasonError `NOT_FOUND`. */
    async hold(name: string): Promise<Environment> {
      await dialect.lock(db.select({ name: table.name }).from(table).where(eq(table.name, name)));
      return expect(name);
    },

    /** Changes settings that were read at `revision`. Throws FlowMasonError `CHANGED_MEANWHILE`, `NOT_FOUND`. */
    async change(name: string, revision: number, settings: Partial<EnvironmentChange>): Promise<Environment> {
      const [row] = await db
        .update(table)
        .set({ ...settings, revision: revision + 1, updated_at: handle.now() })
        .where(and(eq(table.name, name), eq(table.revision, revision)))
        .returning();
      if (row) return fromRow(row, handle.now());
      const now = await expect(name);
      return fail('CHANGED_MEANWHILE', `The settings of ${name} were changed by somebody else meanwhile`, {
        hint: `fm env show ${name}`,
        details: { expected: revision, found: now.revision },
      });
    },

    /** Locks, or renews the lock of the same holder. Throws FlowMasonError `ENVIRONMENT_LOCKED`, `NOT_FOUND`. */
    async lock(name: string, lock: Omit<EnvironmentLock, 'locked_at'>): Promise<Environment> {
      const locked_at = handle.now();
      const free = or(
        isNull(table.lock_holder),
        eq(table.lock_holder, lock.holder),
        lte(table.lock_expires_at, locked_at),
      );
      const [row] = await db
        .update(table)
        .set({ lock_holder: lock.holder, lock_reason: lock.reason, locked_at, lock_expires_at: lock.expires_at })
        .where(and(eq(table.name, name), free))
        .returning();
      if (row) return fromRow(row, locked_at);
      return refuse(await expect(name));
    },

    /** False when it is not locked. Throws FlowMasonError `ENVIRONMENT_LOCKED` when somebody else holds the lock. */
    async unlock(name: string, holder: string, options: { readonly force?: boolean } = {}): Promise<boolean> {
      const own = options.force
        ? undefined
        : or(eq(table.lock_holder, holder), lte(table.lock_expires_at, handle.now()));
      return handle.atomically(async ({ db }) => {
        const query = db.select().from(table).where(eq(table.name, name));
        const [row] = await dialect.lock(query);
        if (!row) return fail('NOT_FOUND', `There is no environment ${name} here`);
        if (row.lock_holder === null) return false;
        const unlocked = { lock_holder: null, lock_reason: null, locked_at: null, lock_expires_at: null };
        const done = await db
          .update(table)
          .set(unlocked)
          .where(and(eq(table.name, name), own))
          .returning({ name: table.name });
        if (done.length === 0) refuse(fromRow(row, handle.now()));
        return true;
      });
    },

    /**
     * Goes on only when nobody else has locked the environment, and nobody can until the transaction ends. Throws
     * FlowMasonError `ENVIRONMENT_LOCKED` with holder, reason and expiry.
     */
    async requireUnlocked(name: string, actor: string): Promise<void> {
      const [row] = await dialect.lock(db.select().from(table).where(eq(table.name, name)));
      if (!row) return;
      const environment = fromRow(row, handle.now());
      if (environment.lock !== null && environment.lock.holder !== actor) refuse(environment);
    },
  };
}

function fromRow(row: Row, now: number): Environment {
  const { name, promotes_from, immutable_versions, requires, failure_webhook, revision, updated_at } = row;
  const settings = { protected: row.protected, promotes_from, immutable_versions, requires, failure_webhook };
  return { name, ...settings, revision, updated_at, lock: lockOf(row, now) };
}

function lockOf(row: Row, now: number): EnvironmentLock | null {
  const { lock_holder: holder, lock_reason, locked_at, lock_expires_at: expires_at } = row;
  if (holder === null || (expires_at !== null && expires_at <= now)) return null;
  return { holder, reason: lock_reason ?? '', locked_at: locked_at ?? 0, expires_at };
}

function refuse({ name, lock }: Environment): never {
  const { message, ...parts } = lockedMessage(name, lock ?? { holder: '', reason: '', expires_at: null });
  fail('ENVIRONMENT_LOCKED', message, parts);
}

/** What to tell those whom a lock does not let pass. */
export function lockedMessage(name: string, { holder, reason, expires_at }: Omit<EnvironmentLock, 'locked_at'>) {
  const until = expires_at === null ? '' : ` until ${new Date(expires_at).toISOString()}`;
  return {
    message: `${name} is locked by ${holder}${until}: ${reason}`,
    hint: `Wait, or ask ${holder} to type: fm env unlock ${name}`,
    details: { holder, reason, expires_at },
  };
}
