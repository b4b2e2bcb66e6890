import { and, eq, inArray } from 'drizzle-orm';
import type { JournalEntry } from '../core/journal.ts';
import { sha256Hex } from '../core/sha256.ts';
import { BULKY, together } from '../core/together.ts';
import { chunks } from './chunks.ts';
import type { GroupOptions } from './dialects/dialect.ts';
import type { Handle } from './handle.ts';
import { refuseStale } from './run-states.ts';

/** Characters of JSON above which an output is stored apart, by its digest. */
const LARGE = 262_144;

/** What a run records at a time, as `Dialect.record` takes it: the JSON texts of rows, and their numbers. */
export interface RunRecord {
  readonly run: string;
  readonly epoch: number;
  readonly journal: Rows;
  readonly log: Rows;
  readonly outputs: readonly string[];
}

interface Rows {
  readonly seqs: number[];
  readonly texts: string[];
}

/**
 * Writes what runs record. Records that come at the same time are one statement and one wait for the disk, whichever runs
 * they are of. Throws FlowMasonError `RUN_SUPERSEDED`, `NOT_FOUND`.
 */
export function recorder(handle: Handle): (record: RunRecord) => Promise<void> {
  const { dialect, tables } = handle;
  const { runs, journal, runLogs } = tables;

  /** `then` is told how many rows of each run are new. One statement needs no transaction around it. */
  const write = <T>(
    records: readonly RunRecord[],
    options: GroupOptions,
    then: (added: ReadonlyMap<string, number>, inner: Handle) => T | Promise<T>,
  ): Promise<T> => {
    const statements = dialect.record(textsOf(records), options);
    const execute = async (inner: Handle): Promise<T> => {
      const added = new Map<string, number>();
      for (const statement of statements) {
        for (const row of await dialect.rows(inner.db, statement)) {
          const run = String(row.run);
          added.set(run, (added.get(run) ?? 0) + 1);
        }
      }
      return then(added, inner);
    };
    const { relaxed } = handle;
    return statements.length === 1 ? execute(relaxed) : relaxed.atomically(execute);
  };

  const alone = (record: RunRecord): Promise<void> =>
    write([record], { skipLocked: false }, async (added, inner) => {
      if ((added.get(record.run) ?? 0) < sizeOf(record)) await requireStored(inner, record);
    });

  /** Those that the others' statement has left out: somebody changes their runs just now, or they are not theirs any more. */
  const grouped = together<RunRecord, void>(handle, async (records) => {
    const [first] = records;
    if (first && records.length === 1) return [await alone(first)];
    const due = new Map<string, number>();
    for (const record of records) due.set(record.run, (due.get(record.run) ?? 0) + sizeOf(record));
    // What is wrong with one is not to be the others' failure.
    const added = await write(records, { skipLocked: true }, (found) => found).catch(() => new Map<string, number>());
    return records.map((record) => (added.get(record.run) === due.get(record.run) ? undefined : alone(record)));
  });

  /** Fewer rows are new than were given: stored before, or no longer ours to write. */
  async function requireStored(inner: Handle, { run, epoch, ...record }: RunRecord): Promise<void> {
    const mine = and(eq(runs.id, run), eq(runs.epoch, epoch), eq(runs.status, 'running'));
    const [held] = await inner.db.select({ id: runs.id }).from(runs).where(mine);
    if (!held) return refuseStale(inner, run, epoch);
    for (const part of chunks(record.journal.seqs)) {
      const stored = and(eq(journal.run, run), eq(journal.epoch, epoch), inArray(journal.seq, part));
      const rows = await inner.db.select({ seq: journal.seq }).from(journal).where(stored);
      if (rows.length < part.length) return refuseStale(inner, run, epoch);
    }
    for (const part of chunks(record.log.seqs)) {
      const stored = and(eq(runLogs.run, run), inArray(runLogs.seq, part));
      const rows = await inner.db.select({ seq: runLogs.seq }).from(runLogs).where(stored);
      if (rows.length < part.length) return refuseStale(inner, run, epoch);
    }
  }

  return (record) => (isBulky(record) ? alone(record) : grouped(record));
}

/** The rows of a run's entries, numbered on from `first`. `now` in epoch milliseconds. */
export function rowsOf(
  run: string,
  epoch: number,
  first: number,
  entries: readonly JournalEntry[],
  now: number,
): RunRecord {
  const journal: Rows = { seqs: [], texts: [] };
  const log: Rows = { seqs: [], texts: [] };
  const outputs = new Map<string, string>();
  for (const [index, entry] of entries.entries()) {
    const seq = first + index;
    if (entry.kind === 'log') {
      const { at, level, path, message, data } = entry.entry;
      const texts = { message: JSON.stringify(message), data: data === undefined ? null : JSON.stringify(data) };
      log.seqs.push(seq);
      log.texts.push(JSON.stringify({ run, epoch, seq, at, level, path, ...texts }));
      continue;
    }
    const text = entry.kind === 'end' ? JSON.stringify(entry.output) : '';
    const output = text.length > LARGE ? sha256Hex(text) : null;
    if (output !== null) {
      outputs.set(output, JSON.stringify({ run, epoch, digest: output, content: text, created_at: now }));
    }
    const kept = JSON.stringify(output === null ? entry : { ...entry, output: null });
    journal.seqs.push(seq);
    journal.texts.push(JSON.stringify({ run, epoch, seq, kind: entry.kind, path: entry.path, entry: kept, output }));
  }
  return { run, epoch, journal, log, outputs: [...outputs.values()] };
}

function sizeOf({ journal, log }: RunRecord): number {
  return journal.seqs.length + log.seqs.length;
}

function isBulky({ journal, log, outputs }: RunRecord): boolean {
  let size = 0;
  for (const text of [...journal.texts, ...log.texts, ...outputs]) size += text.length;
  return size > BULKY;
}

function textsOf(records: readonly RunRecord[]) {
  return {
    journal: listOf(records.map(({ journal }) => journal.texts)),
    log: listOf(records.map(({ log }) => log.texts)),
    outputs: listOf(records.map(({ outputs }) => outputs)),
  };
}

/** A JSON list of texts that are JSON. */
function listOf(texts: readonly (readonly string[])[]): string | undefined {
  const all = texts.flat();
  return all.length === 0 ? undefined : `[${all.join(',')}]`;
}
