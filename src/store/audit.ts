import { asc, desc, eq, gt, lt } from 'drizzle-orm';
import type { Json } from '../core/json.ts';
import { sha256Hex } from '../core/sha256.ts';
import type { Handle } from './handle.ts';
import type { Tables } from './tables/tables.ts';

export type AuditRow = Tables['audit']['$inferSelect'];

/** One administrative change. */
export interface AuditEntry {
  readonly actor: string;
  /** What was done, e.g. `keys.create`. */
  readonly action: string;
  /** What it was done to. */
  readonly target: string;
  readonly details?: Json;
}

/** Where the chain is broken. */
export interface AuditBreak {
  readonly number: number;
  readonly what: 'missing' | 'changed' | 'cut off';
}

const BATCH = 1_000;
const HEAD = 1;

/** Who changed what. Each row's hash covers the row and the hash before it, so that no row can be changed unnoticed. */
export function audit(handle: Handle) {
  const { db, tables, dialect } = handle;
  const { audit: table, auditHead } = tables;

  const head = async ({ db }: Handle): Promise<{ number: number; hash: string }> => {
    await db.insert(auditHead).values({ id: HEAD, number: 0, hash: '' }).onConflictDoNothing();
    const [row] = await dialect.lock(db.select().from(auditHead).where(eq(auditHead.id, HEAD)));
    return row ?? { number: 0, hash: '' };
  };

  return {
    /** Lets every other administrative change wait until this transaction ends, for one that depends on what it read. */
    async alone(): Promise<void> {
      await head(handle);
    },

    /** Belongs into the transaction of the change: no row, no change. Answers the row's number. */
    async append(entry: AuditEntry): Promise<number> {
      return handle.atomically(async (inner) => {
        const last = await head(inner);
        const { db } = inner;
        const number = last.number + 1;
        const { actor, action, target } = entry;
        const details = JSON.stringify(entry.details ?? null);
        const row = { number, at: handle.now(), actor, action, target, details };
        const hash = hashOf(row, last.hash);
        await db.insert(table).values({ ...row, hash });
        await db.update(auditHead).set({ number, hash }).where(eq(auditHead.id, HEAD));
        return number;
      });
    },

    /** The rows before a number (all without one), the newest first. */
    async list(page: { readonly before?: number | undefined; readonly limit: number }): Promise<AuditRow[]> {
      const before = page.before === undefined ? undefined : lt(table.number, page.before);
      return db.select().from(table).where(before).orderBy(desc(table.number)).limit(page.limit);
    },

    /** Computes the chain again. Answers its length and the first place that does not fit. */
    async verify(): Promise<{ readonly rows: number; readonly broken: AuditBreak | null }> {
      let hash = '';
      let number = 0;
      for (let wasAhead = false; ; ) {
        const rows = await db
          .select()
          .from(table)
          .where(gt(table.number, number))
          .orderBy(asc(table.number))
          .limit(BATCH);
        for (const row of rows) {
          if (row.number !== number + 1) return { rows: number, broken: { number: number + 1, what: 'missing' } };
          if (row.hash !== hashOf(row, hash)) return { rows: number, broken: { number: row.number, what: 'changed' } };
          ({ number, hash } = row);
        }
        if (rows.length === BATCH) continue;
        const [head] = await db.select().from(auditHead).where(eq(auditHead.id, HEAD));
        const isWhole = (head?.number ?? 0) === number && (head?.hash ?? '') === hash;
        if (isWhole) return { rows: number, broken: null };
        // Rows that were written since are there when one looks again.
        const isAhead = (head?.number ?? 0) > number;
        if (!isAhead || (wasAhead && rows.length === 0)) {
          return { rows: number, broken: { number: number + 1, what: 'cut off' } };
        }
        wasAhead = true;
      }
    },
  };
}

function hashOf(row: Omit<AuditRow, 'hash'>, before: string): string {
  const { number, at, actor, action, target, details } = row;
  return sha256Hex(JSON.stringify([before, number, at, actor, action, target, details]));
}
