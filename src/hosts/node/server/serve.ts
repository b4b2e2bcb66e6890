import type { ControlPlane } from '../../../control/control.ts';
import type { Answered } from '../../../control/http/app.ts';
import { authenticate } from '../../../control/http/authenticate.ts';
import { HOOK_RATE } from '../../../control/http/hooks.ts';
import { tokenBuckets } from '../../../control/http/rate-limit.ts';
import { createServerApp } from '../../../control/http/server-app.ts';
import { issuerKeys } from '../../../control/identity/issuer-keys.ts';
import { queueRoom } from '../../../control/runs/room.ts';
import { fail } from '../../../core/errors.ts';
import { kept } from '../../../core/kept.ts';
import { DEFAULT_LIMITS } from '../../../core/limits.ts';
import { checkerOf } from '../../../core/release/facts.ts';
import { pooledIds } from '../../edge/ids.ts';
import type { Variables } from '../../edge/settings.ts';
import { systemClock } from '../clock.ts';
import { openStore } from '../database/open.ts';
import { knownSecrets } from '../targets/known-secrets.ts';
import { admitUrl } from './admit-url.ts';
import { choresOf } from './chores.ts';
import { type Execution, type ExecutionOptions, executionOf } from './execution.ts';
import { hasAdmin, makeFirstKey } from './first-key.ts';
import { listen } from './listen.ts';
import type { Log } from './log.ts';
import { keepTidy } from './retention.ts';
import { RESERVED, type ServerRuntime, serverRuntime } from './runtime.ts';
import type { ServerSettings } from './settings.ts';
import { openUpstream } from './upstream.ts';

export interface ServeOptions extends ExecutionOptions {
  /** Folder whose `components` can be used; that of a database file may be another. */
  readonly project: string;
  readonly settings: ServerSettings;
  readonly variables: Variables;
  /** Asks whether to make a key, when nobody has one to administer with; absent where nobody can be asked. */
  readonly confirmFirstKey?: (() => Promise<boolean>) | undefined;
  /** Shows that key, this once. */
  readonly onFirstKey: (key: string) => void;
}

/** A server that answers. */
export interface Serving {
  readonly url: string;
  /** Finishes what was begun, gives back the runs that it executes, and lets go of everything. */
  stop(): Promise<void>;
}

/** Milliseconds that answers may still take once the process is to end. */
const GRACE_MS = 15_000;
/** Pipelines of releases. */
const MOST_ACCEPTED = 1_000;
const RATE = { burst: 300, perSecond: 50 };

/**
 * Starts a server: its database, its API, and the execution of its runs where that is its work. Throws FlowMasonError
 * `NO_ADMIN_KEY` before anybody could reach it, `PORT_TAKEN`, `SCHEMA_…`, `DATABASE_…`.
 */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { settings, version, folder, log } = options;
  const { environment, host, port, isTrial, bootstrap, keepRuns } = settings;
  const closing: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    const store = await openStore(settings.database, { folder, migrate: isTrial });
    closing.push(() => store.close());
    const runtime = await serverRuntime({ ...options, folder: options.project });
    closing.push(() => runtime.close());
    const execution = executionOf(options, runtime, store);
    const upstream = settings.upstream && openUpstream(settings.upstream, environment);
    if (upstream) closing.push(() => upstream.close());
    const control: ControlPlane = { ...controlOf(options, runtime, store, execution), upstream };
    await requireAdmin(options, control);

    let isDraining = false;
    const app = createServerApp({
      admit: authenticate({ control, bootstrap, rate: tokenBuckets(systemClock, RATE) }),
      origins: settings.origins,
      requestId: control.ids.random,
      elapsed: () => performance.now(),
      version,
      environment,
      clock: systemClock,
      check: async () => void (await store.health.time()),
      isDraining: () => isDraining,
      traces: options.tracer && { tracer: options.tracer, clock: systemClock },
      metricLines: execution.metricLines,
      onAnswer: (answer) => logAnswer(log, answer),
      hooks: { control: async () => control, rate: tokenBuckets(systemClock, HOOK_RATE) },
    });
    const listening = await listen((request) => app.fetch(request), { host, port, requestId: control.ids.random });
    closing.push(async () => {
      isDraining = true;
      await Promise.all([listening.close(GRACE_MS), execution.close()]);
    });
    await execution.start();
    const onError = (error: unknown) => log.error({ err: error }, 'could not fire schedules or tell of failures');
    closing.push(choresOf({ control, runtime, log, onError }).keep());
    const endTidying = keepTidy({
      store,
      clock: store.clock,
      keepRuns,
      onDone: (deleted) => log.debug(deleted, 'deleted what nobody needs any more'),
      onError: (error) => log.error({ err: error }, 'could not delete what nobody needs any more'),
    });
    closing.push(endTidying);
    const shownHost = host.includes(':') ? `[${host}]` : host;
    const url = `http://${shownHost}:${listening.port}`;
    log.info({ url, environment, version, database: isTrial ? 'libSQL' : 'PostgreSQL', runs: execution.by }, 'serving');
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type StoreOf = Awaited<ReturnType<typeof openStore>>;

function controlOf(
  { settings, variables, version }: ServeOptions,
  { descriptors, fetch, secrets: secretSource, isRefused }: ServerRuntime,
  store: StoreOf,
  { dispatcher, news }: Execution,
): ControlPlane {
  return {
    store,
    environment: settings.environment,
    tenant: null,
    kind: 'server',
    clock: store.clock,
    ids: pooledIds(),
    descriptors,
    limits: DEFAULT_LIMITS,
    checker: checkerOf({ version, descriptors, limits: DEFAULT_LIMITS }),
    dispatcher,
    acceptances: kept(MOST_ACCEPTED),
    news,
    room: queueRoom({ store, tenant: null, clock: systemClock, ...settings.queue }),
    secrets: knownSecrets({ backend: settings.secretsBackend, variables, reserved: RESERVED }),
    secretSource,
    admitUrl: admitUrl(isRefused),
    vars: {},
    identities: { rules: settings.trust, keys: issuerKeys({ fetch, clock: systemClock }), clock: systemClock },
  };
}

/** Never an open server: without a way to administer it, it does not start. */
async function requireAdmin(options: ServeOptions, control: ControlPlane): Promise<void> {
  const { settings, log, confirmFirstKey, onFirstKey } = options;
  const { environment, bootstrap } = settings;
  if (await hasAdmin(control)) return;
  const next = `fm keys create NAME --scope admin --env ${environment}`;
  if (bootstrap !== undefined) {
    log.info({ next }, `FM_BOOTSTRAP_KEY administers ${environment} until there is another admin key`);
  } else if (await confirmFirstKey?.()) onFirstKey(await makeFirstKey(control));
  else {
    fail('NO_ADMIN_KEY', `Nobody has a key that administers ${environment}, and a server is never open`, {
      hint: `export FM_BOOTSTRAP_KEY=$(fm keys generate --env ${environment})`,
    });
  }
}

const QUIET = new Set(['/health', '/ready', '/metrics']);

function logAnswer(log: Log, { error, duration_ms, ...answer }: Answered): void {
  const line = { ...answer, duration_ms: Math.round(duration_ms * 10) / 10, code: error?.code };
  if (answer.status >= 500) log.error({ ...line, err: error?.cause ?? error }, 'answered');
  else if (QUIET.has(answer.route)) log.debug(line, 'answered');
  else log.info(line, 'answered');
}
