import type { RunView } from '../../../core/api/run.ts';
import { systemClock } from '../../../hosts/node/clock.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import { say } from '../../terminal.ts';
import { commandLine } from '../../usage.ts';

/** Milliseconds after which it asks why a run has not begun, and again. */
const FIRST = 2_000;
const EVERY = 5_000;

/** That no worker takes a queued run, and what to start; undefined for a run that needs nobody or that somebody takes. */
export function nobodyTakes({ run_id, status, queue }: RunView, environment: string): string | undefined {
  if (status !== 'queued' || queue === undefined || queue.workers > 0) return undefined;
  const { pool } = queue;
  const runs = pool === null ? `runs of ${environment}` : `runs of the pool ${pool} in ${environment}`;
  const worker = commandLine('worker', pool === null ? [] : ['--tags', pool]);
  return `run ${run_id} is queued, and no worker takes ${runs}: start one with the FM_ENVIRONMENT and FM_DATABASE_URL of the server: ${worker}`;
}

/** Says so, once, of a run that is followed; the answer ends that. */
export function watchForNobody({ client, name, kind }: Target, id: string): () => void {
  if (kind === 'org') return () => {};
  let stop: () => void = () => {};
  const look = async (): Promise<void> => {
    const view = await client.call('GET /runs/:id', { id });
    const line = nobodyTakes(view, name);
    if (line !== undefined) say(line);
    else if (view.status === 'queued') later(EVERY);
  };
  const later = (ms: number): void => {
    // What keeps the server from being asked keeps the run from being followed, too, which says so.
    stop = systemClock.after(ms, () => void look().catch(() => {}));
  };
  later(FIRST);
  return () => stop();
}
