import { and, asc, eq, getTableName, gt, inArray, lte, max, sql } from 'drizzle-orm';
import type { JournalEntry } from '../core/journal.ts';
import type { Json } from '../core/json.ts';
import type { LogEntry } from '../core/run.ts';
import { sha256Hex } from '../core/sha256.ts';
import { chunks } from './chunks.ts';
import { type Epoch, packEpoch } from './epoch.ts';
import type { Handle } from './handle.ts';
import { refuseStale } from './run-states.ts';
import type { RecordedEntry } from './tables/runs.ts';
import type { Tables } from './tables/tables.ts';

/** Characters of JSON above which an output is stored apart, by its digest. */
const LARGE = 262_144;

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

interface Sorted {
  readonly journal: Json[];
  readonly log: Json[];
  readonly outputs: ReadonlyMap<string, string>;
}

/** What runs record of themselves. */
export function journal(handle: Handle) {
  const { db, tables, dialect } = handle;
  const { journal: table, journalHistory, outputs, runLogs } = tables;

  const insert = async (handle: Handle, into: 'journal' | 'log', run: string, epoch: number, rows: readonly Json[]) => {
    if (rows.length === 0) return 0;
    const statement = dialect.record(into, run, epoch, JSON.stringify(rows));
    return (await dialect.rows(handle.db, statement)).length;
  };

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
      if (entries.length === 0) return;
      const mine = packEpoch(epoch);
      const { journal, log, outputs: large } = sort(first, entries);
      const write = async (inner: Handle): Promise<void> => {
        const created_at = handle.now();
        const contents = [...large].map(([digest, content]) => ({ digest, content, created_at }));
        if (contents.length > 0) await inner.db.insert(outputs).values(contents).onConflictDoNothing();
        const added = [
          await insert(inner, 'journal', run, mine, journal),
          await insert(inner, 'log', run, mine, log),
        ].reduce((sum, rows) => sum + rows);
        if (added < entries.length) await requireStored(inner, run, mine, journal, log);
      };
      // One kind of rows is one statement, which needs no transaction around it.
      const isOne = large.size === 0 && (journal.length === 0 || log.length === 0);
      await (isOne ? write(handle.relaxed) : handle.relaxed.atomically(write));
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

  /** Fewer rows are new than were given: stored before, or no longer ours to write. */
  async function requireStored(
    handle: Handle,
    run: string,
    epoch: number,
    journal: readonly Json[],
    log: readonly Json[],
  ) {
    const { runs } = handle.tables;
    const [held] = await handle.db
      .select({ id: runs.id })
      .from(runs)
      .where(and(eq(runs.id, run), eq(runs.epoch, epoch), eq(runs.status, 'running')));
    if (!held) return refuseStale(handle, run, epoch);
    for (const part of chunks(journal.map(seqOf))) {
      const mine = and(eq(table.run, run), eq(table.epoch, epoch), inArray(table.seq, part));
      const rows = await handle.db.select({ seq: table.seq }).from(table).where(mine);
      if (rows.length < part.length) return refuseStale(handle, run, epoch);
    }
    for (const part of chunks(log.map(seqOf))) {
      const rows = await handle.db
        .select({ seq: runLogs.seq })
        .from(runLogs)
        .where(and(eq(runLogs.run, run), inArray(runLogs.seq, part)));
      if (rows.length < part.length) return refuseStale(handle, run, epoch);
    }
  }
}

function logOf({ at, level, message, path, data }: LogRow): LogEntry {
  return { at, level, message, path, ...(data === null ? {} : { data }) };
}

/** Rows as `Dialect.record` takes them, and the large outputs by digest. */
function sort(first: number, entries: readonly JournalEntry[]): Sorted {
  const outputs = new Map<string, string>();
  const journal: Json[] = [];
  const log: Json[] = [];
  for (const [index, entry] of entries.entries()) {
    const seq = first + index;
    if (entry.kind === 'log') {
      const { at, level, path, message, data } = entry.entry;
      log.push([seq, at, level, path, JSON.stringify(message), data === undefined ? null : JSON.stringify(data)]);
      continue;
    }
    const text = entry.kind === 'end' ? JSON.stringify(entry.output) : '';
    if (text.length <= LARGE) {
      journal.push([seq, entry.kind, entry.path, JSON.stringify(entry), null]);
      continue;
    }
    const digest = sha256Hex(text);
    outputs.set(digest, text);
    journal.push([seq, entry.kind, entry.path, JSON.stringify({ ...entry, output: null }), digest]);
  }
  return { journal, log, outputs };
}

function whole(entry: RecordedEntry, digest: string | null, contents: ReadonlyMap<string, Json>): RecordedEntry {
  return entry.kind === 'end' && digest !== null ? { ...entry, output: contents.get(digest) ?? null } : entry;
}

function seqOf(row: Json): number {
  return Array.isArray(row) ? Number(row[0]) : 0;
}
