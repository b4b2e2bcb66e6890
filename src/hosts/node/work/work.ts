import { fail } from '../../../core/errors.ts';
import { DEFAULT_LIMITS } from '../../../core/limits.ts';
import type { Store } from '../../../store/store.ts';
import type { Executed } from '../../../worker/host.ts';
import { type ReleaseCache, releaseCache } from '../../../worker/release-cache.ts';
import type { Variables } from '../../edge/settings.ts';
import { systemClock } from '../clock.ts';
import { openStore } from '../database/open.ts';
import { knownComponents } from '../descriptors.ts';
import { QueueWorker } from '../dispatcher/pg-boss/queue-worker.ts';
import { randomBytes } from '../random.ts';
import { createRuntime, type NodeRuntime } from '../runtime.ts';
import { SERVER_SETTINGS } from '../server/setting-names.ts';
import type { ServerSettings } from '../server/settings.ts';
import { identity, keepPresence } from './presence.ts';

export interface WorkOptions {
  readonly settings: Pick<ServerSettings, 'database' | 'environment' | 'defaultModel' | 'secretsBackend'>;
  readonly variables: Variables;
  /** FlowMason's. */
  readonly version: string;
  /** Its `components` folder is part of the worker. */
  readonly folder: string;
  /** Runs at a time. */
  readonly concurrency: number;
  /** Pools of pipelines that it takes runs of, beside those without a pool. */
  readonly pools: readonly string[];
  /** Takes what is due and then stops, instead of waiting for more. */
  readonly once?: boolean | undefined;
  readonly onExecuted?: ((run: string, executed: Executed) => void) | undefined;
  readonly onError: (error: unknown) => void;
}

/** A worker that takes runs. */
export interface Working {
  readonly id: string;
  /** With `once`: all that was due is done. Else it never resolves. */
  readonly done: Promise<void>;
  /** Takes no more; what it executes may end within `limit` milliseconds, then it is given back for other workers. */
  stop(limit: number): Promise<void>;
}

/** Milliseconds: longer delays let the run wait without a worker. */
const PARK_AFTER = 60_000;
/** Pipelines of releases that are kept compiled. */
const MOST_CACHED = 500;
/** Connections for single statements, and as many for transactions: that many runs record at the same moment. */
const MOST_CONNECTIONS = 10;

/**
 * Starts a worker on the queue of a control database. Throws FlowMasonError `USAGE` for a database without a queue,
 * `SCHEMA_BEHIND` before `fm migrate`, `INVALID_FILE`, `SECRETS_BACKEND`, `DATABASE_…`.
 */
export async function work(options: WorkOptions): Promise<Working> {
  const { settings, folder, once = false, onError } = options;
  const { database: url } = settings;
  requireQueue(url);
  const closing: (() => Promise<void>)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    const connections = Math.min(options.concurrency + 1, MOST_CONNECTIONS);
    const store = await openStore(url, { folder, migrate: false, connections });
    closing.push(() => store.close());
    const runtime = await openRuntime(options);
    closing.push(() => runtime.close());
    const releases = releaseCache(store, { runtime, descriptors: runtime.descriptors, most: MOST_CACHED });
    const worker = await openWorker(options, runtime, store, releases);
    closing.push(() => worker.close(0));
    const me = identity(Buffer.from(randomBytes(8)).toString('hex'), systemClock);
    const { concurrency, pools, version } = options;
    const components = [...runtime.descriptors.values()].map(({ name, version }) => `${name}@${version}`);
    let draining = false;
    const row = () => ({
      ...me,
      version,
      concurrency,
      running: worker.running,
      pools: [...pools],
      components,
      cached: releases.size,
      draining,
    });
    const whenFirst = () => worker.reconcile();
    const leave = await keepPresence({ store, clock: systemClock, worker: row, whenFirst, onError });
    if (!once) await worker.start();
    return {
      id: me.id,
      done: once ? worker.once() : new Promise<void>(() => {}),
      async stop(limit) {
        draining = true;
        const closed = worker.close(limit);
        await store.workers.beat(row()).catch(onError);
        await closed;
        await leave();
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function requireQueue(url: string): void {
  if (/^postgres(ql)?:\/\//.test(url)) return;
  fail('USAGE', 'Workers share the runs of a PostgreSQL database, and FM_DATABASE_URL names a file', {
    hint: 'fm serve executes the runs of a database file by itself; for workers: export FM_DATABASE_URL=postgresql://…',
  });
}

async function openRuntime({ settings, variables, folder }: WorkOptions): Promise<NodeRuntime> {
  const { environment, defaultModel, secretsBackend: backend } = settings;
  const known = await knownComponents({ project: folder });
  const reserved = SERVER_SETTINGS.map(({ name }) => name);
  const secrets = { backend, variables, reserved };
  return createRuntime({ project: undefined, environment, limits: DEFAULT_LIMITS, defaultModel, secrets }, known);
}

function openWorker(
  options: WorkOptions,
  runtime: NodeRuntime,
  store: Store,
  releases: ReleaseCache,
): Promise<QueueWorker> {
  const { settings, concurrency, pools, onExecuted, onError } = options;
  const { database: url, environment } = settings;
  const setVar = (name: string): string => `fm vars set ${name}=VALUE --env ${environment}`;
  const host = {
    store,
    runtime,
    secrets: runtime.secrets,
    environment,
    tenant: null,
    releases,
    setVar,
    parkAfter: PARK_AFTER,
    pools: new Set(pools),
  };
  return QueueWorker.open({ url, clock: systemClock, hosts: [host], concurrency, onExecuted, onError });
}
