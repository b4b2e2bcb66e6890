import type { Finding } from '../../core/api/deployment.ts';
import type { RunsEnded } from '../../core/api/health.ts';
import type { PipelineDefinition } from '../../core/pipeline.ts';
import type { ReleaseManifest } from '../../core/release/manifest.ts';
import type { RunStatus } from '../../core/run.ts';
import type { Deployment } from '../../store/deployments.ts';
import type { StoredTrigger } from '../../store/triggers.ts';
import type { StoredWorker } from '../../store/workers.ts';
import type { ControlPlane } from '../control.ts';
import { preflight } from '../release/preflight.ts';
import { readSecrets, readTarget } from '../release/target-state.ts';

/** A release that is active, and what it lacks. */
export interface ActiveFacts {
  readonly project: string;
  readonly manifest: ReleaseManifest;
  /** Pipelines by the pool that they want. */
  readonly pools: ReadonlyMap<string, readonly string[]>;
  /** Variables and secrets that are missing, components that the server does not know. */
  readonly problems: readonly Finding[];
  /** The newest entry of its log. */
  readonly last: Deployment | undefined;
}

/** Everything that a verdict rests on. Times in epoch milliseconds. */
export interface HealthFacts {
  readonly environment: string;
  readonly now: number;
  /** Those that live; undefined where this server executes runs. */
  readonly workers: readonly StoredWorker[] | undefined;
  readonly queue: { readonly depth: number; readonly age: number } | undefined;
  readonly runs: Readonly<Partial<Record<RunStatus, number>>>;
  /** Runs whose worker is gone, and that nobody has taken over for too long. */
  readonly abandoned: readonly string[];
  readonly lastHour: RunsEnded;
  readonly before: RunsEnded;
  readonly active: readonly ActiveFacts[];
  /** Schedules whose time is past by too much. */
  readonly late: readonly StoredTrigger[];
  /** Why the environment before cannot be reached; undefined when it can, or there is none. */
  readonly upstream: { readonly environment: string; readonly why: string } | undefined;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Milliseconds that nobody may be behind. */
const PATIENCE = MINUTE;
/** Milliseconds that the environment before may take. */
const UPSTREAM_PATIENCE = 3_000;
const MOST = 20;

/** Reads what a verdict rests on. Throws FlowMasonError `DATABASE_…`. */
export async function readFacts(control: ControlPlane): Promise<HealthFacts> {
  const { store, environment, clock, dispatcher } = control;
  const now = clock.now();
  const [known, queue, runs, abandoned, lastHour, before, due, upstream] = await Promise.all([
    store.workers.list(),
    store.queue.due(),
    store.runs.counts(),
    store.condition.abandoned(environment, now - PATIENCE, MOST),
    store.condition.ended(environment, { from: now - HOUR, to: now + 1 }),
    store.condition.ended(environment, { from: now - 25 * HOUR, to: now - HOUR }),
    store.triggers.due(now - PATIENCE, MOST),
    upstreamProblem(control),
  ]);
  const active: ActiveFacts[] = [];
  for (const { project, digest, manifest } of await store.releases.allActive(environment)) {
    // Manifests are checked before they are stored.
    active.push(await activeFacts(control, project, { digest, manifest: JSON.parse(manifest) as ReleaseManifest }));
  }
  return {
    environment,
    now,
    workers: dispatcher.workers ? known.filter(({ live }) => live) : undefined,
    queue,
    runs,
    abandoned: dispatcher.workers ? abandoned : [],
    lastHour,
    before,
    active,
    late: due.filter((trigger) => trigger.environment === environment),
    upstream,
  };
}

async function activeFacts(
  control: ControlPlane,
  project: string,
  release: { readonly digest: string; readonly manifest: ReleaseManifest },
): Promise<ActiveFacts> {
  const { store, environment } = control;
  const target = await readTarget(store, control, release, await readSecrets(control, release));
  const pools = new Map<string, string[]>();
  for (const { name, definition } of await store.condition.pooled(release.digest)) {
    // What is stored was compiled before, so it is one.
    const { pool } = JSON.parse(definition) as PipelineDefinition;
    if (pool !== undefined) pools.set(pool, [...(pools.get(pool) ?? []), name]);
  }
  const [last] = await store.deployments.list({ environment, project }, { limit: 1 });
  const { problems } = preflight(release.manifest, { ...target, taken: [] });
  return { project, manifest: release.manifest, pools, problems, last };
}

/** Asks for nothing in particular: whether it answers. */
function upstreamProblem({ upstream, clock }: ControlPlane): Promise<HealthFacts['upstream']> {
  if (!upstream) return Promise.resolve(undefined);
  const { environment } = upstream;
  return new Promise((resolve) => {
    const stop = clock.after(UPSTREAM_PATIENCE, () => resolve({ environment, why: 'it does not answer in time' }));
    upstream
      .active(undefined)
      .then(
        () => resolve(undefined),
        (error: unknown) => resolve({ environment, why: error instanceof Error ? error.message : String(error) }),
      )
      .finally(stop);
  });
}
