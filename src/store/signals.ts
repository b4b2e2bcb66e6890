import { and, asc, eq, isNull, max } from 'drizzle-orm';
import { fail } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import type { Handle } from './handle.ts';
import { hasEnded } from './run-states.ts';
import { wakeRun } from './runs.ts';
import type { Tables } from './tables/tables.ts';

export type StoredSignal = Tables['signals']['$inferSelect'];

export interface NewSignal {
  readonly run: string;
  readonly name: string;
  readonly data: Json;
  readonly actor: string;
}

/** Data for runs that wait for it, or will. One that comes early is kept. */
export function signals(handle: Handle) {
  const { db, tables, dialect } = handle;
  const { signals: table, runs } = tables;
  const open = (run: string, name: string) =>
    and(eq(table.run, run), eq(table.name, name), isNull(table.taken_by), isNull(table.refused));

  /** The run, and whether it waits for the signal now. Throws as `send`. */
  const awaited = async ({ db }: Handle, run: string, name: string) => {
    const [found] = await dialect.lock(db.select().from(runs).where(eq(runs.id, run)));
    if (!found) return fail('NOT_FOUND', `There is no run ${run}`, { hint: 'fm runs list' });
    const hint = `fm runs show ${run}`;
    if (hasEnded(found.status)) {
      fail('SIGNAL_LATE', `Run ${run} has ended (${found.status}), so nothing waits for \`${name}\``, { hint });
    }
    const sent = await db
      .select({ taken_by: table.taken_by })
      .from(table)
      .where(and(eq(table.run, run), eq(table.name, name), isNull(table.refused)));
    const isAwaited = found.status === 'waiting' && (found.waiting ?? []).some(({ signal }) => signal === name);
    if (sent.some(({ taken_by }) => taken_by === null)) {
      fail('SIGNAL_LATE', `Run ${run} has got \`${name}\` already and takes it when it comes to that stage`, { hint });
    }
    if (sent.length > 0 && !isAwaited) {
      fail('SIGNAL_LATE', `\`${name}\` of run ${run} has been answered before`, { hint });
    }
    return { found, isAwaited };
  };

  return {
    /**
     * Keeps data for a signal. When the run waits for it, it is queued, and `segment` has to be enqueued. Throws
     * FlowMasonError `NOT_FOUND`, `SIGNAL_LATE` when the run has ended, has such data already, or got it before and does not
     * wait for it again.
     */
    async send({ run, name, data, actor }: NewSignal): Promise<{ readonly segment?: number }> {
      return handle.atomically(async (inner) => {
        const { db } = inner;
        const { found, isAwaited } = await awaited(inner, run, name);
        const [last] = await db
          .select({ number: max(table.number) })
          .from(table)
          .where(eq(table.run, run));
        const number = (last?.number ?? 0) + 1;
        await db
          .insert(table)
          .values({ run, number, name, data, actor, sent_at: handle.now(), taken_by: null, refused: null });
        return isAwaited ? wakeRun(inner, found) : {};
      });
    },

    /** Throws what `send` would. */
    async check({ run, name }: Pick<NewSignal, 'run' | 'name'>): Promise<void> {
      await handle.atomically((inner) => awaited(inner, run, name));
    },

    /**
     * Data for a stage: what this very stage got before a crash, else what is there and `check` does not refuse; undefined
     * when there is none. `check` answers what is wrong with the data; `mask` gives it as it is kept from then on.
     */
    async take(
      run: string,
      name: string,
      path: string,
      check: (data: Json) => string | undefined,
      mask: (data: Json) => Json = (data) => data,
    ): Promise<{ readonly data: Json } | undefined> {
      return handle.atomically(async ({ db }) => {
        const named = and(eq(table.run, run), eq(table.name, name), isNull(table.refused));
        const rows = await dialect.lock(db.select().from(table).where(named).orderBy(asc(table.number)));
        const again = rows.find(({ taken_by }) => taken_by === path);
        if (again) return { data: again.data };
        const next = rows.find(({ taken_by }) => taken_by === null);
        if (!next) return undefined;
        const refused = check(next.data);
        const data = mask(next.data);
        // What is wrong with it may quote it.
        const change = refused === undefined ? { taken_by: path } : { refused: String(mask(refused)) };
        await db
          .update(table)
          .set({ ...change, data })
          .where(open(run, name));
        return refused === undefined ? { data } : undefined;
      });
    },

    /** Everything that was sent to a run, the oldest first. */
    async list(run: string): Promise<StoredSignal[]> {
      return db.select().from(table).where(eq(table.run, run)).orderBy(asc(table.number));
    },
  };
}
