import type { WorkerView } from '../../../core/api/administration.ts';
import { durationText } from '../../../core/duration.ts';
import { printable } from '../../../core/quote.ts';
import { table } from '../table.ts';

export function workersText(workers: readonly WorkerView[], now: number): string {
  if (workers.length === 0) return 'no workers';
  const rows = workers.map(({ id, host, pid, version, running, concurrency, pools, last_seen_at, ...worker }) => [
    id,
    worker.live ? (worker.draining ? 'draining' : 'live') : 'gone',
    `${running}/${concurrency}`,
    printable(`${host}:${pid}`),
    printable(version),
    printable(pools.join(',')) || '-',
    `${durationText(Math.max(0, now - last_seen_at))} ago`,
  ]);
  return table(rows, ['ID', 'STATE', 'RUNS', 'PROCESS', 'VERSION', 'TAGS', 'SEEN']);
}
