import { DEFAULT_LIMITS } from '../../../core/limits.ts';
import type { Fetch } from '../../../core/ports.ts';
import type { WorkerName } from '../../../store/attempts.ts';
import type { Store } from '../../../store/store.ts';
import type { RunObserver } from '../../../worker/host.ts';
import { releaseCache } from '../../../worker/release-cache.ts';
import type { Variables } from '../../edge/settings.ts';
import { knownComponents } from '../descriptors.ts';
import type { InlineDispatcherOptions } from '../dispatcher/inline-dispatcher.ts';
import { privateNetworkGuard, refusedAddresses } from '../fetch/private-networks.ts';
import { createFetch } from '../fetch.ts';
import { createRuntime, type NodeRuntime } from '../runtime.ts';
import { SERVER_SETTINGS } from './setting-names.ts';
import type { ServerSettings } from './settings.ts';

export interface ServerRuntimeOptions {
  readonly settings: Pick<ServerSettings, 'environment' | 'defaultModel' | 'secretsBackend' | 'allowedNetworks'>;
  readonly variables: Variables;
  /** Its `components` folder can be used. */
  readonly folder: string;
}

export interface ServerRuntime extends NodeRuntime {
  /** For addresses that somebody sets over the API: calls no private network but those that are allowed. */
  readonly guardedFetch: Fetch;
  /** Whether it calls no such address. */
  readonly isRefused: (address: string) => boolean;
}

/** Milliseconds: longer delays let the run wait without a worker. */
const PARK_AFTER = 60_000;
/** Pipelines of releases that are kept compiled. */
const MOST_CACHED = 500;

/** Variables that are FlowMason's own, and no secrets. */
export const RESERVED: readonly string[] = SERVER_SETTINGS.map(({ name }) => name);

/** What pipelines of an environment are checked and executed with. Throws FlowMasonError `INVALID_FILE`, `SECRETS_BACKEND`. */
export async function serverRuntime({ settings, variables, folder }: ServerRuntimeOptions): Promise<ServerRuntime> {
  const { environment, defaultModel, secretsBackend: backend, allowedNetworks } = settings;
  const known = await knownComponents({ project: folder });
  const secrets = { backend, variables, reserved: RESERVED };
  const options = { project: undefined, environment, limits: DEFAULT_LIMITS, defaultModel, secrets };
  const runtime = await createRuntime(options, known);
  const isRefused = refusedAddresses(allowedNetworks);
  const guardedFetch = createFetch({ guard: privateNetworkGuard(isRefused) });
  return {
    ...runtime,
    guardedFetch,
    isRefused,
    async close() {
      await Promise.all([runtime.close(), guardedFetch.close()]);
    },
  };
}

export interface ExecutionPlace extends Pick<ServerSettings, 'environment'> {
  readonly worker: WorkerName;
  readonly observe: RunObserver;
}

/** What the runs in a store are executed with, whoever hands them out. */
export function executionHost(
  store: Store,
  runtime: NodeRuntime,
  { environment, worker, observe }: ExecutionPlace,
): InlineDispatcherOptions['host'] {
  return {
    worker,
    observe,
    store,
    // When a waiting run is due is read by others.
    runtime: { ...runtime, clock: store.clock },
    secrets: runtime.secrets,
    environment,
    tenant: null,
    releases: releaseCache(store, { runtime, descriptors: runtime.descriptors, most: MOST_CACHED }),
    setVar: (name) => `fm vars set ${name}=VALUE --env ${environment}`,
    parkAfter: PARK_AFTER,
  };
}
