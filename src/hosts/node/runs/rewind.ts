import { appendFileSync, closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { fail } from '../../../core/errors.ts';
import type { JournalEntry, Recorded } from '../../../core/journal.ts';
import { parsePath, type Step, stageName } from '../../../core/path.ts';
import { nearest } from '../../../core/suggest.ts';
import { writeBytes } from '../atomic-file.ts';
import { headerLine, pathOf } from './journal-entry.ts';
import type { RunFiles } from './layout.ts';
import { readEntries } from './load-journal.ts';
import { matches, type Plans, type Rule, selectFrom } from './select.ts';
import { dropSignals } from './signal-store.ts';

const BATCH = 1_000_000;

export interface Rewind {
  readonly from: readonly string[];
  readonly rules: readonly Rule[];
  /** What counts of the record afterwards. */
  readonly left: Recorded;
}

/** What `--from` takes out of a record; undefined without it. Throws FlowMasonError `NOT_FOUND` with the nearest stage. */
export function planRewind(recorded: Recorded, plans: Plans, from: readonly string[]): Rewind | undefined {
  if (from.length === 0) return undefined;
  const rules = from.flatMap((stage) => rulesOf(stage, plans, recorded));
  const left: Recorded = {
    starts: new Map([...recorded.starts].filter(([, entry]) => !isTaken(entry, rules))),
    ends: new Map([...recorded.ends].filter(([, entry]) => !isTaken(entry, rules))),
  };
  return { from, rules, left };
}

function rulesOf(stage: string, plans: Plans, recorded: Recorded): Rule[] {
  const steps = parsePath(stage);
  const rules = steps && selectFrom(plans, steps);
  if (rules) return rules;
  const named = [...recorded.ends.keys()].map((path) => parsePath(path) ?? []).filter((path) => isNamed(path, stage));
  const gone = named.filter((path) => !selectFrom(plans, path));
  if (gone.length > 0) return gone.map((path) => ({ steps: path, what: 'whole' }));
  const main = plans.plans.get(plans.main);
  const known = (main?.definition.stages ?? []).map(({ id }) => id);
  const close = named[0] ? stageName(named[0]) : nearest(stage, known);
  fail('NOT_FOUND', `There is no stage \`${stage}\` in pipeline ${plans.main}`, {
    hint: close === undefined ? `Its stages are ${known.slice(0, 12).join(', ')}` : `Did you mean --from ${close}?`,
    details: close === undefined ? undefined : { unknown: stage, from: [close] },
  });
}

/** A stage that the file no longer has is known by its recorded path only. */
function isNamed(path: readonly Step[], stage: string): boolean {
  const name = stageName(path);
  return stage !== '' && (name === stage || name.endsWith(`/${stage}`));
}

function isTaken(entry: JournalEntry, rules: readonly Rule[]): boolean {
  const steps = parsePath(pathOf(entry));
  return steps !== undefined && rules.some((rule) => matches(rule, steps, entry.kind));
}

/**
 * Moves the entries that no longer count to the history. One rename changes entries and repetition together, so that a
 * crash leaves the record as it was or as it will be.
 */
export function rewindJournal(
  files: RunFiles,
  rewind: Rewind,
  runId: string,
  repetition: number,
): { bytes: number; repetition: number } {
  const next = repetition + 1;
  appendFileSync(files.history, `${JSON.stringify({ kind: 'rewind', from: rewind.from, repetition: next })}\n`, {
    mode: 0o600,
  });
  dropSignals(files, (path) => rewind.rules.some((rule) => matches(rule, parsePath(path) ?? [], 'end')));
  const temporary = `${files.journal}.tmp`;
  rmSync(temporary, { force: true });
  const kept = lineWriter(temporary, 'wx');
  const taken = lineWriter(files.history, 'a');
  try {
    kept.write(headerLine(runId, next));
    for (const entry of readEntries(files.journal, () => {}, { bytes: 0 })) {
      (isTaken(entry, rewind.rules) ? taken : kept).write(`${JSON.stringify(entry)}\n`);
    }
  } finally {
    taken.close();
    kept.close();
  }
  renameSync(temporary, files.journal);
  return { bytes: kept.bytes(), repetition: next };
}

/** Writes lines in large pieces and makes them durable when it is closed. */
function lineWriter(file: string, flags: 'a' | 'wx') {
  const fd = openSync(file, flags, 0o600);
  let lines: string[] = [];
  let length = 0;
  let bytes = 0;
  const out = (): void => {
    const block = Buffer.from(lines.join(''));
    writeBytes(fd, block);
    bytes += block.length;
    lines = [];
    length = 0;
  };
  return {
    write(line: string): void {
      lines.push(line);
      length += line.length;
      if (length >= BATCH) out();
    },
    close(): void {
      try {
        out();
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
    },
    bytes: () => bytes,
  };
}
