import { fail } from '../../../core/errors.ts';
import { foldJournal, type JournalEntry, type Recorded } from '../../../core/journal.ts';
import type { LogEntry } from '../../../core/run.ts';
import { isEntry, isHeader, type JournalHeader } from './journal-entry.ts';
import { type Line, readLines } from './journal-lines.ts';

export interface LoadedJournal {
  readonly recorded: Recorded;
  readonly logs: readonly LogEntry[];
  readonly repetition: number;
  /** Bytes up to the end of the last whole line; what follows was torn by a crash. */
  readonly bytes: number;
}

/** Reads a journal; a torn last line is left out. Throws FlowMasonError `RECORD_CORRUPT` with the line's number. */
export function loadJournal(file: string): LoadedJournal {
  const logs: LogEntry[] = [];
  const progress = { bytes: 0, repetition: 0 };
  const recorded = foldJournal(
    keepLogs(
      readEntries(file, (header) => (progress.repetition = header.repetition), progress),
      logs,
    ),
  );
  return { recorded, logs, ...progress };
}

/** The entries of a journal one by one. `progress.bytes` follows. */
export function* readEntries(
  file: string,
  onHeader: (header: JournalHeader) => void,
  progress: { bytes: number },
): Generator<JournalEntry> {
  let held: Line | undefined;
  for (const line of readLines(file)) {
    if (held) corrupt(file, held);
    // Without its line end it will be cut off before the next entry is written, so it doesn't count.
    if (line.torn) return;
    const value = parse(line.text);
    if (line.number === 1 && isHeader(value)) onHeader(value);
    else if (line.number > 1 && isEntry(value)) yield value;
    else {
      // Only the last line may be broken, so the next one decides.
      held = line;
      continue;
    }
    progress.bytes = line.end;
  }
}

function* keepLogs(entries: Iterable<JournalEntry>, logs: LogEntry[]): Generator<JournalEntry> {
  for (const entry of entries) {
    if (entry.kind === 'log') logs.push(entry.entry);
    yield entry;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function corrupt(file: string, line: Line): never {
  fail('RECORD_CORRUPT', `${file}:${line.number}: this line is not an entry of a journal, and it is not the last one`, {
    hint: 'Start the pipeline anew with `fm run`; the damaged record stays where it is.',
  });
}
