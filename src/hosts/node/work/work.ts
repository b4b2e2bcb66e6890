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
 * `ENVIRONMENT_MISMATCH` for that of another environment, `SCHEMA_BEHIND` before `fm migrate`, `INVALID_FILE`, `SECRETS_BACKEND`, `DATABASE_…`.
 */
export async function work(options: WorkOptions): Promise<Working> {
  const { settings, folder } = options;
  const { database: url, environment } = settings;
  requireQueue(url, options.variables.FM_DATABASE_URL);
  const closing: (() => Promise<void>)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    const connections = Math.min(options.concurrency + 1, MOST_CONNECTIONS);
    const store = await openStore(url, { folder, migrate: false, connections });
    closing.push(() => store.close());
    requireEnvironment(environment, await store.environments.names());
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

/** A worker of another environment would wait beside runs that are not for it, while all seems well. */
function requireEnvironment(environment: string, there: readonly string[]): void {
  const [first] = there;
  if (first === undefined || there.includes(environment)) return;
  fail(
    'ENVIRONMENT_MISMATCH',
    `FM_DATABASE_URL is the database of ${there.join(', ')}, and FM_ENVIRONMENT is ${environment}`,
    {
      hint: `export FM_ENVIRONMENT=${first}, or name the database of ${environment}`,
    },
  );
}

function requireQueue(url: string, typed: string | undefined): void {
  if (/^postgres(ql)?:\/\//.test(url)) return;
  const found = typed === undefined || typed === '' ? 'none' : url;
  fail('USAGE', `Workers share the runs of a PostgreSQL database: expected it in FM_DATABASE_URL, found ${found}`, {
    hint: 'export FM_DATABASE_URL=postgresql://…; fm serve executes the runs of a database file by itself',
  });
}
