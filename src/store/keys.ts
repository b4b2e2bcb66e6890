import { and, desc, eq, gt, isNull, lt, lte, or, sql } from 'drizzle-orm';
import { sha256Hex } from '../core/sha256.ts';
import type { Handle } from './handle.ts';
import type { Tables } from './tables/tables.ts';

type Row = Tables['keys']['$inferSelect'];
export type StoredKey = Omit<Row, 'hash'>;

export interface NewKey {
  /** The part of the key that may be shown. */
  readonly id: string;
  readonly environment: string;
  readonly name: string;
  /** The whole key; only its SHA-256 is stored. */
  readonly secret: string;
  readonly scopes: readonly string[];
  readonly actor: string;
  /** Epoch milliseconds. */
  readonly expires_at?: number | undefined;
}

/** `last_used_at` is as exact as this, so that a busy key is not written at every call. */
const TOUCH_MS = 60_000;
/** Keys that people make live longer than this; those that jobs of CI get for their identity token, ten minutes. */
const SHORT_MS = 600_000;

/** Who may call a control plane. */
export function keys(handle: Handle) {
  const { db, tables } = handle;
  const { keys: table } = tables;
  return {
    async create(key: NewKey): Promise<StoredKey> {
      const { id, environment, name, secret, scopes, actor } = key;
      const stored = {
        id,
        environment,
        name,
        scopes: [...scopes],
        actor,
        created_at: handle.now(),
        expires_at: key.expires_at ?? null,
        last_used_at: null,
        revoked_at: null,
      };
      await db.insert(table).values({ ...stored, hash: sha256Hex(secret) });
      return stored;
    },

    /** The key that this is; whether it is revoked or has expired is the caller's to look at. */
    async find(secret: string): Promise<StoredKey | undefined> {
      const [row] = await handle
        .prepared('key', () =>
          db
            .select()
            .from(table)
            .where(eq(table.hash, sql.placeholder('hash'))),
        )
        .execute({ hash: sha256Hex(secret) });
      return row && shown(row);
    },

    /** Takes the key out of use at once; false when it was before, or never existed. */
    async revoke(id: string): Promise<boolean> {
      const done = await db
        .update(table)
        .set({ revoked_at: handle.now() })
        .where(and(eq(table.id, id), isNull(table.revoked_at)))
        .returning({ id: table.id });
      return done.length > 0;
    },

    /** Lets a key end at a time, for who replaces it; never later than it would have ended anyway. */
    async expire(id: string, at: number): Promise<boolean> {
      const sooner = or(isNull(table.expires_at), gt(table.expires_at, at));
      const done = await db
        .update(table)
        .set({ expires_at: at })
        .where(and(eq(table.id, id), isNull(table.revoked_at), sooner))
        .returning({ id: table.id });
      return done.length > 0;
    },

    /** Notes that the key was used, at most once a minute. */
    async touch(id: string): Promise<void> {
      const now = handle.now();
      const due = or(isNull(table.last_used_at), lt(table.last_used_at, now - TOUCH_MS));
      await db
        .update(table)
        .set({ last_used_at: now })
        .where(and(eq(table.id, id), due));
    },

    /**
     * Deletes keys that were made for a job of CI and expired before a time; answers how many. What they did stays in the
     * audit.
     */
    async forget(before: number): Promise<number> {
      const short = lte(sql`${table.expires_at} - ${table.created_at}`, SHORT_MS);
      const gone = await db
        .delete(table)
        .where(and(lt(table.expires_at, before), short))
        .returning({ id: table.id });
      return gone.length;
    },

    /** Every key, also those that count no more, the newest first. */
    async list(environment: string): Promise<StoredKey[]> {
      const rows = await db
        .select()
        .from(table)
        .where(eq(table.environment, environment))
        .orderBy(desc(table.created_at), table.id);
      return rows.map(shown);
    },
  };
}

function shown({ hash: _, ...key }: Row): StoredKey {
  return key;
}
