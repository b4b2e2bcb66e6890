import { and, asc, eq, getTableName, gt, inArray, lte, max, sql } from 'drizzle-orm';
import type { JournalEntry } from '../core/journal.ts';
import type { Json } from '../core/json.ts';
import type { LogEntry } from '../core/run.ts';
import { chunks } from './chunks.ts';
import { type Epoch, packEpoch } from './epoch.ts';
import type { Handle } from './handle.ts';
import { recorder, rowsOf } from './recorder.ts';
import type { RecordedEntry } from './tables/runs.ts';
import type { Tables } from './tables/tables.ts';

export interface NumberedEntry {
  readonly seq: number;
  readonly entry: RecordedEntry;
}

export interface NumberedLog extends LogEntry {
  readonly seq: number;
}

/** One thing that a run recorded. */
export type FedEntry =
  /** `isWhole`: with its output. */
  | { readonly seq: number; readonly entry: RecordedEntry; readonly isWhole: boolean }
  | { readonly seq: number; readonly log: LogEntry };

export interface LoadedJournal {
  /** In the order of their recording; without lines of the log. */
  readonly entries: readonly NumberedEntry[];
  /** The number for the next entry. */
  readonly next: number;
}

type LogRow = Tables['runLogs']['$inferSelect'];

/** What runs record of themselves. */
export function journal(handle: Handle) {
  const { db, tables } = handle;
  const { journal: table, journalHistory, outputs, runLogs } = tables;

  const record = recorder(handle);

  /** A number is never given twice, whatever was taken out. */
  const lastNumber = async (
    other: typeof runLogs | typeof journalHistory | typeof table,
    run: string,
  ): Promise<number> => {
    const [row] = await handle
      .prepared(`last of ${getTableName(other)}`, () =>
        db
          .select({ seq: max(other.seq) })
          .from(other)
          .where(eq(other.run, sql.placeholder('run'))),
      )
      .execute({ run });
    return row?.seq ?? 0;
  };

  return {
    /**
     * Records entries, so that they survive this process, numbered on from `first`, as long as the run is running in this epoch; entries that are
     * stored already are left as they are. Throws FlowMasonError `RUN_SUPERSEDED`; then none counts.
     */
    async record(run: string, epoch: Epoch, first: number, entries: readonly JournalEntry[]): Promise<void> {
      if (entries.length > 0) await record(rowsOf(run, packEpoch(epoch), first, entries, handle.now()));
    },

    /**
     * Everything that counts of a run's record; without `outputs` large ones are null. `segment`: the one that is executed;
     * in the first nothing was ever taken out.
     */
    async load(
      run: string,
      { outputs: isWhole = true, segment }: { readonly outputs?: boolean; readonly segment?: number } = {},
    ): Promise<LoadedJournal> {
      const rows = await handle
        .prepared('journal', () =>
          db
            .select({ seq: table.seq, entry: table.entry, output: table.output })
            .from(table)
            .where(eq(table.run, sql.placeholder('run')))
            .orderBy(asc(table.seq)),
        )
        .execute({ run });
      const contents = new Map<string, Json>();
      const digests = new Set(isWhole ? rows.flatMap(({ output }) => output ?? []) : []);
      for (const part of chunks([...digests])) {
        for (const { digest, content } of await db.select().from(outputs).where(inArray(outputs.digest, part))) {
          contents.set(digest, JSON.parse(content) as Json);
        }
      }
      const others = segment === 1 ? [runLogs] : [runLogs, journalHistory];
      const last = await Promise.all(others.map((other) => lastNumber(other, run)));
      const entries = rows.map(({ seq, entry, output }) => ({ seq, entry: whole(entry, output, contents) }));
      return { entries, next: Math.max(entries.at(-1)?.seq ?? 0, ...last) + 1 };
    },

    /**
     * What a run recorded after a number, its log included, in one order; large outputs are left out. What is recorded
     * meanwhile comes with the next call, so that nothing is passed over.
     */
    async feed(
      run: string,
      page: { readonly after: number; readonly limit: number },
    ): Promise<{ readonly items: readonly FedEntry[]; readonly more: boolean }> {
      // Whatever has a lower number than something that is there is there too.
      const last = Math.max(await lastNumber(runLogs, run), await lastNumber(table, run));
      if (last <= page.after) return { items: [], more: false };
      const { limit } = page;
      const entries = await db
        .select({ seq: table.seq, entry: table.entry, output: table.output })
        .from(table)
        .where(and(eq(table.run, run), gt(table.seq, page.after), lte(table.seq, last)))
        .orderBy(asc(table.seq))
        .limit(limit);
      const lines = await db
        .select()
        .from(runLogs)
        .where(and(eq(runLogs.run, run), gt(runLogs.seq, page.after), lte(runLogs.seq, last)))
        .orderBy(asc(runLogs.seq))
        .limit(limit);
      const items: FedEntry[] = [
        ...entries.map(({ seq, entry, output }) => ({ seq, entry, isWhole: output === null })),
        ...lines.map((line) => ({ seq: line.seq, log: logOf(line) })),
      ].sort((a, b) => a.seq - b.seq);
      return { items: items.slice(0, limit), more: items.length >= limit };
    },

    /** Lines of a run's log after a number, in their order. */
    async logs(
      run: string,
      page: { readonly after?: number | undefined; readonly limit: number },
    ): Promise<NumberedLog[]> {
      const after = gt(runLogs.seq, page.after ?? 0);
      const rows = await db
        .select()
        .from(runLogs)
        .where(and(eq(runLogs.run, run), after))
        .orderBy(asc(runLogs.seq))
        .limit(page.limit);
      return rows.map((row) => ({ seq: row.seq, ...logOf(row) }));
    },
  };
}

function logOf({ at, level, message, path, data }: LogRow): LogEntry {
  return { at, level, message, path, ...(data === null ? {} : { data }) };
}

function whole(entry: RecordedEntry, digest: string | null, contents: ReadonlyMap<string, Json>): RecordedEntry {
  return entry.kind === 'end' && digest !== null ? { ...entry, output: contents.get(digest) ?? null } : entry;
}
