import { BUILT_INS } from '../../src/components/index.ts';
import { compilePipeline } from '../../src/core/compile/compile-pipeline.ts';
import type { ComponentDescriptor } from '../../src/core/descriptor.ts';
import type { EndEntry, Journal, JournalEntry, Recorded, StartEntry } from '../../src/core/journal.ts';
import type { Json } from '../../src/core/json.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/core/limits.ts';
import { createMasker } from '../../src/core/mask.ts';
import type { PipelineDefinition, StageDefinition } from '../../src/core/pipeline.ts';
import type { Plan } from '../../src/core/plan.ts';
import type { SignalSource, StageCache } from '../../src/core/ports.ts';
import type { RunOutcome, StageRecord } from '../../src/core/run.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Component } from '../../src/executor/component.ts';
import { describe as describeComponent } from '../../src/executor/describe.ts';
import { execute } from '../../src/executor/execute.ts';
import type { RunEvent, RunOptions, Runtime } from '../../src/executor/types.ts';
import { testComponents } from './components.ts';
import { MemoryJournal } from './memory-journal.ts';
import { VirtualClock } from './virtual-clock.ts';
import { World } from './world.ts';

/** A pipeline with a name that nobody cares about. */
export type Pipeline = Partial<PipelineDefinition> & { stages: StageDefinition[] };

/** What a test says about a run; everything else is ordinary. */
export interface Setup {
  readonly runId?: string;
  readonly input?: Json;
  readonly vars?: Readonly<Record<string, Json>>;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Texts that are masked beside the secrets. */
  readonly masked?: readonly string[];
  readonly limits?: Partial<Limits>;
  readonly cache?: StageCache;
  /** What `Random.fraction` answers. */
  readonly fraction?: number;
  readonly clock?: VirtualClock;
  readonly journal?: Journal;
  readonly recorded?: Recorded;
  readonly components?: (world: World) => Component[];
  /** Child pipelines. */
  readonly pipelines?: readonly Pipeline[];
  readonly signals?: SignalSource;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  readonly onCall?: World['onCall'];
  readonly options?: Partial<RunOptions>;
}

/** A run that came to an end (or parked), with all that could be seen of it. */
export interface Ran {
  readonly outcome: RunOutcome;
  readonly world: World;
  readonly clock: VirtualClock;
  readonly events: RunEvent[];
  readonly entries: JournalEntry[];
  readonly recorded: Recorded;
  /** What became of the stage at a path; undefined when the outcome does not name it. */
  stage(path: string): StageRecord | undefined;
  status(path: string): string;
  /** The last end that was recorded at a path. */
  end(path: string): EndEntry | undefined;
  start(path: string): StartEntry | undefined;
  output(path: string): Json | undefined;
}

const BLIND = new World(0);

export function descriptors(components: (world: World) => Component[]): ReadonlyMap<string, ComponentDescriptor> {
  const own = components(BLIND).map((component) => describeComponent(component, 'project'));
  const builtIn = [...BUILT_INS].map((component) => describeComponent(component, 'built-in'));
  return new Map([...builtIn, ...own].map((descriptor) => [descriptor.name, descriptor]));
}

/** The checked plan; a pipeline with errors fails the test with all of them. */
export function compile(pipeline: Pipeline, setup: Setup = {}): Plan {
  const definition: PipelineDefinition = { name: 'test', ...pipeline };
  const known = descriptors(setup.components ?? testComponents);
  const { plan, problems } = compilePipeline(definition, { descriptors: known, limits: limitsOf(setup) });
  const errors = problems.filter((problem) => problem.severity === 'error');
  if (!plan || errors.length > 0) {
    const list = errors.map((problem) => `${problem.code} at ${problem.path?.join('.')}: ${problem.message}`);
    throw new Error(`the pipeline is invalid:\n${list.join('\n')}\n${JSON.stringify(definition)}`);
  }
  return plan;
}

function limitsOf(setup: Setup): Limits {
  return { ...DEFAULT_LIMITS, ...setup.limits };
}

/** Compiles and runs a pipeline to its end. */
export function run(pipeline: Pipeline, setup: Setup = {}): Promise<Ran> {
  return runPlan(compile(pipeline, setup), setup);
}

export async function runPlan(plan: Plan, setup: Setup = {}): Promise<Ran> {
  const clock = setup.clock ?? new VirtualClock();
  const world = new World(clock.start);
  if (setup.onCall) world.onCall = setup.onCall;
  const journal = setup.journal ?? new MemoryJournal();
  if (journal instanceof MemoryJournal) {
    journal.onDeath = () => {
      clock.stop();
      world.die();
    };
  }
  const events: RunEvent[] = [];
  const outcome = await execute(plan, runtimeOf(setup, clock, world), {
    ...optionsOf(setup, journal),
    onEvent: (event) => {
      events.push(event);
      setup.onEvent?.(event);
    },
    ...setup.options,
  });
  return ran(outcome, world, clock, events, journal);
}

function runtimeOf(setup: Setup, clock: VirtualClock, world: World): Runtime {
  const own = (setup.components ?? testComponents)(world);
  return {
    components: new Map([...BUILT_INS, ...own].map((component) => [component.name, component])),
    clock,
    random: { fraction: () => setup.fraction ?? 0.5 },
    fetch: () => Promise.reject(new Error('these tests go nowhere')),
    limits: limitsOf(setup),
    cache: setup.cache,
  };
}

function optionsOf(setup: Setup, journal: Journal): RunOptions {
  const secrets = Object.entries(setup.secrets ?? {});
  const children = new Map((setup.pipelines ?? []).map((child) => [child.name, child]));
  return {
    runId: setup.runId ?? 'r1',
    input: setup.input ?? {},
    vars: setup.vars ?? {},
    secrets: new Map(secrets.map(([name, value]) => [name, new Secret(value, [name])])),
    masker: createMasker([...secrets.map(([, value]) => value), ...(setup.masked ?? [])]),
    environment: 'local',
    tenant: null,
    release: null,
    journal,
    recorded: setup.recorded,
    pipelines: (name) => {
      const child = children.get(name);
      if (!child) throw new Error(`no pipeline ${name} in this test`);
      return compile(child, setup);
    },
    signals: setup.signals ?? (() => Promise.reject(new Error('nobody was to be asked in this test'))),
    ...(setup.signal ? { signal: setup.signal } : {}),
  };
}

function ran(outcome: RunOutcome, world: World, clock: VirtualClock, events: RunEvent[], journal: Journal): Ran {
  const memory = journal instanceof MemoryJournal ? journal : new MemoryJournal();
  const recorded = memory.recorded;
  const { entries } = memory;
  const end = (path: string): EndEntry | undefined =>
    entries.findLast((entry): entry is EndEntry => entry.kind === 'end' && entry.path === path);
  const stage = (path: string): StageRecord | undefined => outcome.stages.find((record) => record.path === path);
  return {
    outcome,
    world,
    clock,
    events,
    entries,
    recorded,
    stage,
    status: (path) => stage(path)?.status ?? 'pending',
    end,
    start: (path) => recorded.starts.get(path),
    output: (path) => end(path)?.output,
  };
}
