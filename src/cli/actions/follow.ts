import type { LogEntry } from '../../core/run.ts';
import { readRun } from '../../hosts/node/runs/read.ts';

/** How often a live run's journal is looked at. */
const POLL_MS = 200;

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
