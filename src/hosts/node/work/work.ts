import { fail } from '../../../core/errors.ts';
import { DEFAULT_LIMITS } from '../../../core/limits.ts';
import { edgeIds } from '../../edge/ids.ts';
import { queueDispatcher } from '../../edge/queue-dispatcher.ts';
import { openStore } from '../database/open.ts';
import { type ChoreOptions, choresOf } from '../server/chores.ts';
import type { Log } from '../server/log.ts';
import { type ServerRuntimeOptions, serverRuntime } from '../server/runtime.ts';
import type { ServerSettings } from '../server/settings.ts';
import { joinWorkers, type WorkerOptions, type Working } from './join-workers.ts';

export interface WorkOptions
  extends ServerRuntimeOptions,
    Omit<WorkerOptions, 'store' | 'runtime' | 'url' | 'environment'> {
  readonly log: Log;
  readonly settings: Pick<ServerSettings, 'database' | keyof ServerRuntimeOptions['settings']>;
}

/** Connections for single statements, and as many for transactions: that many runs record at the same moment. */
const MOST_CONNECTIONS = 10;

/**
 * Starts a worker on the queue of a control database. Throws FlowMasonError `USAGE` for a database without a queue,
 * `SCHEMA_BEHIND` before `fm migrate`, `INVALID_FILE`, `SECRETS_BACKEND`, `DATABASE_…`.
 */
export async function work(options: WorkOptions): Promise<Working> {
  const { settings, folder } = options;
  const { database: url, environment } = settings;
  requireQueue(url);
  const closing: (() => Promise<void>)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    const connections = Math.min(options.concurrency + 1, MOST_CONNECTIONS);
    const store = await openStore(url, { folder, migrate: false, connections });
    closing.push(() => store.close());
    const runtime = await serverRuntime(options);
    closing.push(() => runtime.close());
    const chores = choresOf({ ...options, control: acceptingPlane(store, environment), runtime });
    if (options.once) await chores.once();
    const working = await joinWorkers({ ...options, store, runtime, url, environment });
    const endChores = options.once ? undefined : chores.keep();
    return {
      ...working,
      done: options.once ? working.done.then(() => chores.once()) : working.done,
      async stop(limit) {
        await endChores?.();
        await working.stop(limit);
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** What accepts the runs that schedules start. */
function acceptingPlane(store: Awaited<ReturnType<typeof openStore>>, environment: string): ChoreOptions['control'] {
  const tenant = null;
  const dispatcher = queueDispatcher({ store, tenant });
  return { store, environment, tenant, dispatcher, ids: edgeIds, clock: store.clock, limits: DEFAULT_LIMITS, vars: {} };
}

function requireQueue(url: string): void {
  if (/^postgres(ql)?:\/\//.test(url)) return;
  fail('USAGE', 'Workers share the runs of a PostgreSQL database, and FM_DATABASE_URL names a file', {
    hint: 'fm serve executes the runs of a database file by itself; for workers: export FM_DATABASE_URL=postgresql://…',
  });
}
