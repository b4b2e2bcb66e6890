import { and, eq, inArray, sql } from 'drizzle-orm';
import { fail } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import type { Handle } from './handle.ts';
import type { Tables } from './tables/tables.ts';

export type StoredVar = Tables['vars']['$inferSelect'];

export interface VarChange {
  readonly environment: string;
  readonly name: string;
  readonly actor: string;
  /** What was read before: 0 for a name that had no value. Without it the last writer wins. */
  readonly revision?: number | undefined;
}

/** The variables of an environment. */
export function vars(handle: Handle) {
  const { db, tables, dialect } = handle;
  const { vars: table } = tables;
  const at = ({ environment, name }: Pick<VarChange, 'environment' | 'name'>) =>
    and(eq(table.environment, environment), eq(table.name, name));

  const current = async (handle: Handle, change: VarChange): Promise<number> => {
    const [row] = await dialect.lock(handle.db.select().from(table).where(at(change)));
    const found = row?.revision ?? 0;
    if (change.revision === undefined || change.revision === found) return found;
    return fail('CHANGED_MEANWHILE', `Variable ${change.name} of ${change.environment} was changed meanwhile`, {
      hint: 'fm vars list',
      details: { expected: change.revision, found },
    });
  };

  return {
    /** Sets a value; answers its revision. Throws FlowMasonError `CHANGED_MEANWHILE`. */
    async set(change: VarChange, value: Json): Promise<number> {
      const { environment, name, actor } = change;
      return handle.atomically(async (inner) => {
        const found = await current(inner, change);
        const row = { environment, name, value, actor, revision: found + 1, updated_at: handle.now() };
        const write = inner.db.insert(table).values(row);
        const { excluded, plus } = dialect;
        const [written] =
          change.revision === undefined
            ? await write
                .onConflictDoUpdate({
                  target: [table.environment, table.name],
                  set: {
                    value: excluded(table.value),
                    actor: excluded(table.actor),
                    updated_at: excluded(table.updated_at),
                    revision: plus(table.revision, 1),
                  },
                })
                .returning({ revision: table.revision })
            : found > 0
              ? await inner.db.update(table).set(row).where(at(change)).returning({ revision: table.revision })
              : await write.onConflictDoNothing().returning({ revision: table.revision });
        return written?.revision ?? fail('CHANGED_MEANWHILE', `Variable ${name} of ${environment} was set meanwhile`);
      });
    },

    /** False when it has no value. Throws FlowMasonError `CHANGED_MEANWHILE`. */
    async unset(change: VarChange): Promise<boolean> {
      return handle.atomically(async (inner) => {
        await current(inner, change);
        const gone = await inner.db.delete(table).where(at(change)).returning({ name: table.name });
        return gone.length > 0;
      });
    },

    async list(environment: string): Promise<StoredVar[]> {
      return db.select().from(table).where(eq(table.environment, environment)).orderBy(table.name);
    },

    /** The values that a run keeps for its life: of all names, or of those that its release names. */
    async snapshot(environment: string, names?: readonly string[]): Promise<Record<string, Json>> {
      const columns = { name: table.name, value: table.value };
      const rows =
        names === undefined
          ? await handle
              .shared('vars', () =>
                db
                  .select(columns)
                  .from(table)
                  .where(eq(table.environment, sql.placeholder('environment'))),
              )
              .execute({ environment })
          : await db
              .select(columns)
              .from(table)
              .where(and(eq(table.environment, environment), inArray(table.name, [...names])));
      return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
    },
  };
}
