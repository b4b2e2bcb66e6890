import type { RunLogList, RunNotice } from '../../../core/api/run.ts';
import type { LogEntry, RunStatus } from '../../../core/run.ts';
import type { TargetFlags } from '../../target.ts';
import { findRun } from './find-run.ts';
import { onRuns, type RunsThere } from './on-runs.ts';

/** How often it looks whether a process still executes a run of an org, milliseconds. */
const LOOK = 200;
const PAGE = 500;

const GOING: ReadonlySet<RunStatus> = new Set(['queued', 'running', 'waiting']);

/** What happens in a run, until it ends; in an org also until nobody executes it any more. */
export async function* noticesOf(there: RunsThere, run: string): AsyncGenerator<RunNotice, void, undefined> {
  const { target } = there;
  const left = new AbortController();
  const events = target.client.events('GET /runs/:id/events', { id: run }, { signal: left.signal });
  let isQuiet = false;
  const look = async (): Promise<void> => {
    const wasQuiet = isQuiet;
    isQuiet = true;
    if (!wasQuiet || there.isLive(run)) return;
    const { status } = await target.client.call('GET /runs/:id', { id: run });
    // Of one that has ended the stream tells so, and ends.
    if (GOING.has(status)) left.abort();
  };
  // What keeps the database from being read keeps the stream from it, too, which says so.
  const timer = target.kind === 'org' ? setInterval(() => void look().catch(() => {}), LOOK) : undefined;
  try {
    for await (const notice of events) {
      isQuiet = false;
      yield notice;
    }
  } catch (error) {
    if (!left.signal.aborted) throw error;
  } finally {
    clearInterval(timer);
  }
}

/** The log of a run, with its id; with `follow` also what is added as long as it goes on. */
export function logsThere(
  flags: TargetFlags,
  word: string,
  follow: boolean,
  onEntry: (entry: LogEntry) => void,
): Promise<string> {
  return onRuns(flags, async (there) => {
    const { client } = there.target;
    const id = await findRun(there.target, word);
    if (follow) {
      for await (const notice of noticesOf(there, id)) if (notice.type === 'log') onEntry(notice.entry);
      return id;
    }
    for (let after: number | null = 0; after !== null; ) {
      const page: RunLogList = await client.call('GET /runs/:id/logs', { id, after, limit: PAGE });
      for (const { seq: _, ...entry } of page.logs) onEntry(entry);
      after = page.next;
    }
    return id;
  });
}
