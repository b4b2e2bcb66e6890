import { and, eq, gt, lte } from 'drizzle-orm';
import type { JsonObject } from '../core/json.ts';
import type { Handle } from './handle.ts';
import type { Tables } from './tables/tables.ts';

export type StoredPlan = Tables['plans']['$inferSelect'];
export type NewPlan = Omit<StoredPlan, 'created_at' | 'expires_at' | 'content'> & { readonly content: JsonObject };

const DAY = 86_400_000;
/** How long a plan can be applied. */
const KEPT = 7 * DAY;

/** Deployments that somebody has looked at and not applied yet. */
export function plans(handle: Handle) {
  const { db, tables } = handle;
  const { plans: table } = tables;
  return {
    /** Keeps a plan for seven days under an id that the caller made. */
    async put(plan: NewPlan): Promise<StoredPlan> {
      const created_at = handle.now();
      const row = { ...plan, created_at, expires_at: created_at + KEPT };
      await db.insert(table).values(row);
      return row;
    },

    /** Undefined when there is none, or no longer. */
    async get(id: string): Promise<StoredPlan | undefined> {
      const [row] = await db
        .select()
        .from(table)
        .where(and(eq(table.id, id), gt(table.expires_at, handle.now())));
      return row;
    },

    /** Deletes those that can no longer be applied; answers how many. */
    async expire(): Promise<number> {
      const gone = await db.delete(table).where(lte(table.expires_at, handle.now())).returning({ id: table.id });
      return gone.length;
    },
  };
}
