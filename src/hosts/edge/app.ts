import manifest from '../../../package.json' with { type: 'json' };
import { BUILT_INS } from '../../components/index.ts';
import type { ControlPlane } from '../../control/control.ts';
import { authenticate } from '../../control/http/authenticate.ts';
import { HOOK_RATE } from '../../control/http/hooks.ts';
import { tokenBuckets } from '../../control/http/rate-limit.ts';
import { createServerApp } from '../../control/http/server-app.ts';
import { issuerKeys } from '../../control/identity/issuer-keys.ts';
import { type LastLook, queueRoom } from '../../control/runs/room.ts';
import { kept } from '../../core/kept.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import type { Clock } from '../../core/ports.ts';
import { checkerOf } from '../../core/release/facts.ts';
import { describe } from '../../executor/describe.ts';
import { databaseClock } from '../../store/database-clock.ts';
import { requireSchema } from '../../store/migrate.ts';
import { createStore } from '../../store/store.ts';
import { edgeClock } from './clock.ts';
import { edgeFetch } from './fetch.ts';
import { edgeIds } from './ids.ts';
import { edgeLog, type Write } from './log.ts';
import { postgresDatabase } from './postgres.ts';
import { queueDispatcher } from './queue-dispatcher.ts';
import { releaseAfter } from './release-after.ts';
import { SCHEMA_STEPS } from './schema-steps.ts';
import type { EdgeSettings } from './settings.ts';

export interface EdgeOptions {
  readonly settings: EdgeSettings;
  /** Where lines of the log go. */
  readonly write: Write;
}

export interface EdgeApp {
  /** `lasts` is told of what goes on when the answer is there: the host must not stop before. */
  fetch(request: Request, lasts: (work: Promise<void>) => void): Promise<Response>;
}

/** Pipelines of releases. */
const MOST_ACCEPTED = 1_000;
const RATE = { burst: 300, perSecond: 50 };

/**
 * The control plane where nothing but its API runs: PostgreSQL with connections that live as long as a request does, and
 * no execution. Runs go to the queue of the same database, which `fm worker` takes them from. The schema is `fm migrate`'s.
 */
export function edgeApp({ settings, write }: EdgeOptions): EdgeApp {
  const { environment, bootstrap } = settings;
  const log = edgeLog(write, settings);
  const { version } = manifest;
  const descriptors = new Map(BUILT_INS.map((component) => [component.name, describe(component, 'built-in')]));
  const rate = tokenBuckets(edgeClock, RATE);
  const stores = new WeakMap<Request, EdgeStore>();
  const clock = databaseClock(edgeClock);
  const control: Omit<ControlPlane, 'store' | 'dispatcher' | 'room'> = {
    environment,
    tenant: null,
    kind: 'server',
    clock,
    ids: edgeIds,
    descriptors,
    limits: DEFAULT_LIMITS,
    checker: checkerOf({ version, descriptors, limits: DEFAULT_LIMITS }),
    acceptances: kept(MOST_ACCEPTED),
    secrets: async () => undefined,
    vars: {},
    identities: { rules: settings.trust, keys: issuerKeys({ fetch: edgeFetch, clock: edgeClock }), clock: edgeClock },
  };
  // What the database has it keeps: the schema only goes forward.
  let hasSchema = false;
  const checkSchema = async (store: EdgeStore): Promise<void> => {
    if (!hasSchema) await store.requireSchema();
    hasSchema = true;
  };

  const storeOf = async (request: Request): Promise<EdgeStore> => {
    const store = stores.get(request) ?? openStore(settings, clock);
    stores.set(request, store);
    await checkSchema(store);
    await clock.follow(() => store.health.time());
    return store;
  };

  const last: LastLook = {};
  const planeOver = (store: EdgeStore): ControlPlane => {
    const room = queueRoom({ store, tenant: null, clock: edgeClock, ...settings.queue, last });
    return { ...control, store, dispatcher: queueDispatcher({ store, tenant: null }), room };
  };

  const app = createServerApp({
    async admit(request, open) {
      const store = await storeOf(request);
      return authenticate({ control: planeOver(store), bootstrap, rate })(request, open);
    },
    origins: settings.origins,
    requestId: edgeIds.random,
    version,
    environment,
    clock: edgeClock,
    async check() {
      const store = openStore(settings, clock);
      try {
        hasSchema = false;
        await checkSchema(store);
      } finally {
        await store.close();
      }
    },
    isDraining: () => false,
    hooks: {
      control: async (request) => planeOver(await storeOf(request)),
      rate: tokenBuckets(edgeClock, HOOK_RATE),
    },
    onAnswer: log.answered,
  });

  return {
    async fetch(request, lasts) {
      const response = await app.fetch(request);
      return releaseAfter(response, () => {
        const store = stores.get(request);
        if (store) lasts(store.close().catch((error) => log.failed('could not close the database', error)));
      });
    },
  };
}

type EdgeStore = ReturnType<typeof openStore>;

/** The store of one request: on workerd a connection belongs to the request that made it (ARCHITECTURE.md 6.3). */
function openStore({ database: url }: EdgeSettings, clock: Clock) {
  const scope = { run: <T>(work: () => Promise<T>): Promise<T> => work(), isInside: () => false };
  const database = postgresDatabase(url, { connections: 1, scope });
  const store = createStore(database, clock);
  return {
    ...store,
    async requireSchema() {
      await requireSchema(database.migrations, SCHEMA_STEPS);
      await store.queue.require();
    },
  };
}
