import { hostname } from 'node:os';
import type { Clock } from '../../../core/ports.ts';
import type { WorkerName } from '../../../store/attempts.ts';
import type { NewWorker } from '../../../store/workers.ts';
import { randomBytes } from '../random.ts';

/** Who this process is, for the list of workers. */
export function identity(clock: Clock): Pick<NewWorker, 'id' | 'host' | 'pid' | 'started_at'> {
  const id = Buffer.from(randomBytes(8)).toString('hex');
  return { id, host: hostname(), pid: process.pid, started_at: clock.now() };
}

/** Who this process is, for the attempts of a run. */
export function workerName({ id, host }: Pick<NewWorker, 'id' | 'host'>): WorkerName {
  return { worker: id, host };
}
