import type { LogEntry } from '../../core/run.ts';
import { findRunId } from '../../hosts/node/runs/id.ts';
import { readRun } from '../../hosts/node/runs/read.ts';
import { openHome } from './run/home.ts';

/** How often a live run's journal is looked at. */
const POLL_MS = 200;

/** The log of a recorded run, line by line; answers its id. */
export async function recordedLogs(word: string, follow: boolean, onEntry: (entry: LogEntry) => void): Promise<string> {
  const { home } = openHome();
  const id = findRunId(home, word);
  for await (const entry of runLogs(home, id, follow)) onEntry(entry);
  return id;
}

/** The log of a run; with `follow` also what is added until the run ends or nobody executes it any more. */
export async function* runLogs(home: string, word: string, follow: boolean): AsyncGenerator<LogEntry> {
  let shown = 0;
  for (let ended = !follow; ; ) {
    const { logs, live } = readRun(home, word);
    yield* logs.slice(shown);
    shown = logs.length;
    if (ended) return;
    // Once more after its end, for what was written between the two looks.
    ended = !live;
    if (live) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
