import { eq } from 'drizzle-orm';
import type { JsonObject } from '../core/json.ts';
import type { Handle } from './handle.ts';
import type { Tables } from './tables/tables.ts';

export type Evidence = Tables['evidence']['$inferSelect'];

/** What is known of a release beside what it consists of, e.g. that its tests passed. */
export function evidence(handle: Handle) {
  const { db, tables, dialect } = handle;
  const { evidence: table } = tables;
  return {
    /** Keeps the newest of each kind. */
    async put(release: string, kind: string, content: JsonObject, actor: string): Promise<void> {
      const { excluded } = dialect;
      await db
        .insert(table)
        .values({ release, kind, content, actor, at: handle.now() })
        .onConflictDoUpdate({
          target: [table.release, table.kind],
          set: { content: excluded(table.content), actor: excluded(table.actor), at: excluded(table.at) },
        });
    },

    async list(release: string): Promise<Evidence[]> {
      return db.select().from(table).where(eq(table.release, release)).orderBy(table.kind);
    },
  };
}
