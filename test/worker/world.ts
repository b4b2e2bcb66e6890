import { BUILT_INS } from '../../src/components/index.ts';
import { compilePipeline } from '../../src/core/compile/compile-pipeline.ts';
import { foldJournal } from '../../src/core/journal.ts';
import type { Json } from '../../src/core/json.ts';
import { DEFAULT_LIMITS } from '../../src/core/limits.ts';
import type { PipelineDefinition } from '../../src/core/pipeline.ts';
import type { Clock } from '../../src/core/ports.ts';
import { makeRelease, type ReleaseSettings } from '../../src/core/release/manifest.ts';
import type { Component } from '../../src/executor/component.ts';
import { describe as describeComponent } from '../../src/executor/describe.ts';
import type { Runtime } from '../../src/executor/types.ts';
import type { OpenedDatabase } from '../../src/hosts/edge/opened.ts';
import {
  type InlineDispatcher,
  type InlineDispatcherOptions,
  inlineDispatcher,
} from '../../src/hosts/node/dispatcher/inline-dispatcher.ts';
import { createFetch } from '../../src/hosts/node/fetch.ts';
import { newRunId } from '../../src/hosts/node/runs/id.ts';
import { createSecretSource } from '../../src/secrets/index.ts';
import { unpackEpoch } from '../../src/store/epoch.ts';
import type { Run } from '../../src/store/run-states.ts';
import type { NewRun } from '../../src/store/runs.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { executeRun } from '../../src/worker/execute-run.ts';
import type { Executed, ExecuteOptions, Job, WorkerHost } from '../../src/worker/host.ts';
import { watchInterrupts } from '../../src/worker/interrupts.ts';
import { releaseCache } from '../../src/worker/release-cache.ts';
import type { JumpClock } from './jump-clock.ts';

export const ENVIRONMENT = 'local';
export const PROJECT = 'shop';

export interface WorldOptions {
  /** The name of the environment. Default: `ENVIRONMENT`. */
  readonly environment?: string;
  readonly clock?: Clock;
  /** Environment variables that secrets are read from. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Beside the built-in ones. */
  readonly components?: readonly Component[];
  /** Milliseconds. Default: a minute. */
  readonly parkAfter?: number;
  /** How often a worker looks for what interrupts it, milliseconds. Default: often. */
  readonly interruptsEvery?: number;
}

export interface DeployOptions {
  readonly version?: string;
  readonly settings?: ReleaseSettings;
}

/** A database with a project deployed into it, and a worker on it. One per process that works. */
export class WorkerWorld<C extends Clock = JumpClock> {
  readonly store: Store;
  readonly clock: C;
  readonly host: WorkerHost;
  readonly database: OpenedDatabase;
  /** What the worker has handed on. */
  readonly enqueued: Job[] = [];
  readonly environment: string;
  readonly #components: readonly Component[];
  readonly #close: () => Promise<void>;

  constructor(database: OpenedDatabase, clock: C, options: WorldOptions = {}) {
    const { variables = {}, components = [], parkAfter = 60_000, interruptsEvery = 10 } = options;
    this.environment = options.environment ?? ENVIRONMENT;
    this.database = database;
    this.clock = clock;
    this.store = createStore(database, clock);
    this.#components = [...BUILT_INS, ...components];
    const fetch = createFetch();
    const runtime: Runtime = {
      components: new Map(this.#components.map((component) => [component.name, component])),
      clock,
      random: { fraction: () => 0.5 },
      fetch,
      limits: DEFAULT_LIMITS,
    };
    const interrupts = watchInterrupts(this.store, clock, interruptsEvery);
    this.host = {
      store: this.store,
      runtime,
      secrets: createSecretSource('env', { variables, reserved: [] }),
      environment: this.environment,
      tenant: null,
      releases: releaseCache(this.store, { runtime, descriptors: this.descriptors, most: 100 }),
      interrupts,
      parkAfter,
      setVar: (name) => `fm vars set ${name}=…`,
      enqueue: (job) => void this.enqueued.push(job),
    };
    this.#close = async () => {
      interrupts.close();
      await fetch.close();
    };
  }

  get descriptors() {
    return new Map(this.#components.map((component) => [component.name, describeComponent(component, 'built-in')]));
  }

  /** Stores a release of these pipelines and makes it active; answers its digest. */
  async deploy(pipelines: readonly PipelineDefinition[], options: DeployOptions = {}): Promise<string> {
    const { version = '1.0.0', settings = {} } = options;
    const parts = pipelines.map((definition) => {
      const { plan, problems } = compilePipeline(definition, { descriptors: this.descriptors });
      if (!plan) throw new Error(`${definition.name} is invalid: ${JSON.stringify(problems)}`);
      return { plan, text: JSON.stringify(definition, null, 2) };
    });
    const release = makeRelease({ project: PROJECT, version, settings, parts });
    const { digest, manifest } = release;
    await this.store.releases.putPipelines(
      release.pipelines.map(({ name, digest, definition, text }) => {
        return { name, digest, definition: JSON.stringify(definition), source: text };
      }),
    );
    const stored = { digest, project: PROJECT, version, manifest: JSON.stringify(manifest) };
    await this.store.releases.putManifest({ ...stored, pipelines: manifest.pipelines });
    const log = { environment: this.environment, project: PROJECT };
    await this.store.transaction(async (tx) => {
      const base = (await tx.releases.active(this.environment, PROJECT))?.number ?? 0;
      const { number } = await tx.deployments.begin({ ...log, kind: 'push', release: digest, base, actor: 'ada' });
      await tx.deployments.activate(log, number);
    });
    return digest;
  }

  /** Accepts a run of what is active now; answers its id. */
  async start(pipeline: string, input: Json = {}, more: Partial<NewRun> = {}): Promise<string> {
    const active = await this.store.releases.activePipeline(this.environment, pipeline);
    if (!active) throw new Error(`${pipeline} is not active`);
    const { project, release, version } = active;
    const id = newRunId(this.clock.now());
    const { environment } = this;
    const run = { id, environment, project, pipeline, version, release, input, vars: {}, actor: 'ada' };
    await this.store.runs.create({ ...run, ...more });
    return id;
  }

  /** Executes the job that a run is due for: its own, or for one whose worker is dead the next try. */
  async execute(run: string, options: ExecuteOptions = {}): Promise<Executed> {
    return executeRun(this.host, await this.jobOf(run), options);
  }

  async jobOf(run: string): Promise<Job> {
    const { status, epoch } = await this.row(run);
    const { segment, retry } = unpackEpoch(epoch);
    return { run, segment, retry: status === 'running' ? retry + 1 : retry };
  }

  async row(run: string): Promise<Run> {
    const row = await this.store.runs.get(run);
    if (!row) throw new Error(`there is no run ${run}`);
    return row;
  }

  /** What has been recorded of the stages of a run: status by path. */
  async statuses(run: string): Promise<Record<string, string>> {
    const { entries } = await this.store.journal.load(run);
    const { ends } = foldJournal(entries.map(({ entry }) => entry));
    return Object.fromEntries([...ends.values()].map(({ path, status }) => [path, status]));
  }

  dispatcher(options: Partial<InlineDispatcherOptions> = {}): InlineDispatcher {
    return inlineDispatcher({
      host: this.host,
      concurrency: 4,
      pollEvery: 3_600_000,
      interruptsEvery: 10,
      sweeps: true,
      onError: (error) => {
        throw error;
      },
      ...options,
    });
  }

  /** Ends what the worker keeps open; the database stays. */
  close(): Promise<void> {
    return this.#close();
  }
}

/** A stage that asks an effect server to do something. */
export function effect(id: string, url: string, ...depends_on: string[]) {
  const config = { url: `${url}/${id}`, method: 'POST', body: { id } };
  return { id, component: 'http-request', config, ...(depends_on.length > 0 ? { depends_on } : {}) };
}

/** A stage that gives a value. */
export function value(id: string, template: Json, ...depends_on: string[]) {
  const config = { template };
  return { id, component: 'json-transform', config, ...(depends_on.length > 0 ? { depends_on } : {}) };
}
