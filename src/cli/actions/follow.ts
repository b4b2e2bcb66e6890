import type { LogEntry } from '../../core/run.ts';
import { readRun } from '../../hosts/node/runs/read.ts';

/** How often a live run's journal is looked at. */
const POLL_MS = 200;

/** The log of a run; with `follow` also what is added until the run ends or nobody executes it any more. */
export async function* runLogs(home: string, word: string, follow: boolean): AsyncGenerator<LogEntry> {
  let shown = 0;
  for (;;) {
    const { logs, live, record } = readRun(home, word);
    yield* logs.slice(shown);
    shown = logs.length;
    if (!follow || !live || record.status !== 'running') return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
