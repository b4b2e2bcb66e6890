import { unpackEpoch } from '../../../store/epoch.ts';
import type { Store } from '../../../store/store.ts';
import type { QueuedJob } from './run-queue.ts';

/** Runs that are read at a time. */
const PAGE = 200;
/** Queued runs that are known at a time: those that find no place must not hide the others. */
const MOST_QUEUED = 10_000;

/** What a look through a database finds for a dispatcher to do. */
export interface Found {
  queued(job: QueuedJob): void;
  /** A run that somebody executes, or did when it died. */
  running(job: QueuedJob): void;
  /** `until` in epoch milliseconds; `segment`: the one that it was parked in. */
  waiting(run: string, until: number, segment: number): void;
}

/** Looks through the runs of a database. `taken` leaves out those that are on their way already. */
export async function sweep(
  { runs }: Pick<Store, 'runs'>,
  now: number,
  taken: (run: string) => boolean,
  found: Found,
): Promise<void> {
  for (const { id, segment, retry, priority, accepted_at } of await runs.queued(now + 1, MOST_QUEUED)) {
    if (!taken(id)) found.queued({ job: { run: id, segment, retry }, priority, accepted_at });
  }
  for await (const { id, epoch } of all(runs, 'running')) {
    if (taken(id)) continue;
    const { segment, retry } = unpackEpoch(epoch);
    // What has begun goes first.
    found.running({ job: { run: id, segment, retry: retry + 1 }, priority: Number.MAX_VALUE, accepted_at: 0 });
  }
  for await (const { id, epoch, waiting } of all(runs, 'waiting')) {
    const times = (waiting ?? []).flatMap(({ until }) => until ?? []);
    if (times.length > 0) found.waiting(id, Math.min(...times), unpackEpoch(epoch).segment);
  }
}

async function* all(runs: Store['runs'], status: 'running' | 'waiting') {
  for (let after: string | undefined; ; ) {
    const page = await runs.inState(status, { after, limit: PAGE });
    yield* page;
    after = page.at(-1)?.id;
    if (page.length < PAGE) return;
  }
}
