import type { WorkerView } from '../../../core/api/administration.ts';
import type { ComponentDescriptor } from '../../../core/descriptor.ts';
import { durationText } from '../../../core/duration.ts';
import { printable } from '../../../core/quote.ts';
import { table } from '../table.ts';

const HEADER = ['ID', 'STATE', 'RUNS', 'PROCESS', 'VERSION', 'TAGS', 'UP', 'SEEN', 'CACHED', 'COMPONENTS'];
/** Names of components in a line. */
const MOST = 5;

/** `builtIn`: the components of this fm, of which only what differs is named. `now` in epoch milliseconds. */
export function workersText(
  workers: readonly WorkerView[],
  now: number,
  builtIn: readonly Pick<ComponentDescriptor, 'name' | 'version'>[],
): string {
  if (workers.length === 0) return 'no workers';
  const usual = new Set(builtIn.map(({ name, version }) => `${name}@${version}`));
  const ago = (at: number): string => durationText(Math.max(0, now - at));
  const rows = workers.map(({ id, host, pid, version, running, concurrency, pools, ...worker }) => [
    id,
    worker.live ? (worker.draining ? 'draining' : 'live') : 'gone',
    `${running}/${concurrency}`,
    printable(`${host}:${pid}`),
    printable(version),
    printable(pools.join(',')) || '-',
    ago(worker.started_at),
    `${ago(worker.last_seen_at)} ago`,
    String(worker.cached),
    componentsText(worker.components, usual),
  ]);
  return table(rows, HEADER);
}

function componentsText(has: readonly string[], usual: ReadonlySet<string>): string {
  const lacking = [...usual].filter((one) => !has.includes(one));
  const own = has.filter((one) => !usual.has(one));
  return [
    lacking.length === 0 ? 'built-in' : `built-in without ${few(lacking)}`,
    ...(own.length === 0 ? [] : [few(own)]),
  ].join(', ');
}

function few(names: readonly string[]): string {
  const shown = names.slice(0, MOST).map(printable).join(', ');
  return names.length > MOST ? `${shown} and ${names.length - MOST} more` : shown;
}
