import { appendFileSync, closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { parsePath } from '../../../core/path.ts';
import type { Rewind } from '../../../core/rewind/plan-rewind.ts';
import { isTaken } from '../../../core/rewind/rules.ts';
import { matches } from '../../../core/rewind/select.ts';
import { writeBytes } from '../atomic-file.ts';
import { headerLine } from './journal-entry.ts';
import type { RunFiles } from './layout.ts';
import { readEntries } from './load-journal.ts';
import { dropSignals } from './signal-store.ts';

const BATCH = 1_000_000;

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
