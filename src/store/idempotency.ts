import { and, eq, gt, isNull, lte } from 'drizzle-orm';
import { fail } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import type { Handle } from './handle.ts';

/** One call with an `Idempotency-Key`. */
export interface IdempotentCall {
  /** Who calls: two callers may choose the same key. */
  readonly actor: string;
  readonly key: string;
  /** Method and path. */
  readonly route: string;
  /** Digest of the body. */
  readonly body: string;
}

export type IdempotentBegin =
  | { readonly state: 'first'; readonly attempt: number }
  | { readonly state: 'repeated'; readonly answer: JsonObject };

const KEPT_MS = 86_400_000;
/** A call that goes on says so (`renew`) several times in this; one that was silent for so long was cut off by a crash. */
const LEASE_MS = 6_000;
/** How often it says so, milliseconds. */
export const RENEW_MS = LEASE_MS / 3;
/** Of a call that was given up: before any time. */
const OVER = 0;
const RETRY_SECONDS = 1;

/** Answers of mutating calls, so that a repeated call does nothing and gets the first answer. */
export function idempotency(handle: Handle) {
  const { db, tables, dialect } = handle;
  const { idempotency: table } = tables;
  const at = ({ actor, key }: Pick<IdempotentCall, 'actor' | 'key'>) => and(eq(table.actor, actor), eq(table.key, key));
  const mine = (call: Pick<IdempotentCall, 'actor' | 'key'>, attempt: number) =>
    and(at(call), eq(table.attempt, attempt), isNull(table.answer));

  return {
    /**
     * Takes a key for 24 hours, or gives the answer of the first call. An attempt that has been silent for too long loses its
     * key to the next one, and with it its right to `finish`. Throws FlowMasonError `IDEMPOTENCY_IN_FLIGHT` with
     * `retry_after` seconds, `IDEMPOTENCY_MISMATCH` when the key was used for another call.
     */
    async begin(call: IdempotentCall): Promise<IdempotentBegin> {
      const { actor, key, route, body } = call;
      const started_at = handle.now();
      const fresh = { route, body, answer: null, started_at, expires_at: started_at + KEPT_MS };
      return handle.atomically(async ({ db }): Promise<IdempotentBegin> => {
        const taken = await db
          .insert(table)
          .values({ actor, key, attempt: 1, ...fresh })
          .onConflictDoNothing()
          .returning({ attempt: table.attempt });
        if (taken.length > 0) return { state: 'first', attempt: 1 };
        const [row] = await dialect.lock(db.select().from(table).where(at(call)));
        if (!row)
          return fail('IDEMPOTENCY_IN_FLIGHT', 'The first call with this key is ending', {
            details: { retry_after: RETRY_SECONDS },
          });
        const isOver = row.expires_at <= started_at;
        if (!isOver && (row.route !== route || row.body !== body)) {
          const other = row.route === route ? `${route} with another path or body` : row.route;
          fail('IDEMPOTENCY_MISMATCH', `The Idempotency-Key was used before for another call: ${other}`, {
            hint: 'Make a new key for every call that is not a repetition.',
          });
        }
        if (!isOver && row.answer !== null) return { state: 'repeated', answer: row.answer };
        if (!isOver && row.started_at > started_at - LEASE_MS) {
          fail('IDEMPOTENCY_IN_FLIGHT', 'The first call with this key has not been answered yet', {
            hint: 'Wait for it, or repeat the call a little later.',
            details: { retry_after: RETRY_SECONDS },
          });
        }
        const attempt = row.attempt + 1;
        await db
          .update(table)
          .set({ ...fresh, attempt })
          .where(at(call));
        return { state: 'first', attempt };
      });
    },

    /** Says that the call goes on; false when it was answered, or a later attempt has taken the key over. */
    async renew(call: Pick<IdempotentCall, 'actor' | 'key'>, attempt: number): Promise<boolean> {
      const held = await db
        .update(table)
        .set({ started_at: handle.now() })
        .where(mine(call, attempt))
        .returning({ key: table.key });
      return held.length > 0;
    },

    /** Keeps the answer; false when a later attempt has taken the key over. */
    async finish(call: Pick<IdempotentCall, 'actor' | 'key'>, attempt: number, answer: JsonObject): Promise<boolean> {
      const done = await db.update(table).set({ answer }).where(mine(call, attempt)).returning({ key: table.key });
      return done.length > 0;
    },

    /**
     * Gives the key back, because nothing was done and the call may be repeated. Its row stays for a while: the attempts
     * of a key are counted on, so that one that comes late is never taken for another.
     */
    async abandon(call: Pick<IdempotentCall, 'actor' | 'key'>, attempt: number): Promise<boolean> {
      const done = await db
        .update(table)
        .set({ started_at: OVER, expires_at: OVER })
        .where(and(mine(call, attempt), gt(table.expires_at, OVER)))
        .returning({ key: table.key });
      return done.length > 0;
    },

    /** Deletes what is older than 24 hours; answers how many. */
    async expire(): Promise<number> {
      const gone = await db.delete(table).where(lte(table.expires_at, handle.now())).returning({ key: table.key });
      return gone.length;
    },
  };
}
