import { isObject, own } from '../../core/json.ts';
import type { Plan, PlannedStage } from '../../core/plan.ts';
import { branchOf } from '../../executor/stage.ts';
import type { RunEvent } from '../../executor/types.ts';
import { calledBy, type Plans, StageFinder } from '../suite/reference.ts';
import { itemsName, iterationsName } from './branches.ts';
import { type Coverage, totalsOf } from './coverage.ts';
import { type CountedPipeline, Tally } from './tally.ts';

type StageEvent = Extract<RunEvent, { type: 'stage' }>;

/** Counts what tests meet, pipelines by name. */
export class Collector {
  readonly #tallies = new Map<string, Tally>();
  readonly #finders = new Map<Plan, StageFinder>();

  /** A pipeline whose stages are counted from now on, whether a test meets them or not. */
  add(pipeline: CountedPipeline): void {
    const { name } = pipeline.plan;
    if (!this.#tallies.has(name)) this.#tallies.set(name, new Tally(pipeline));
  }

  /** A listener for the events of one run. */
  observe(plans: Plans): (event: RunEvent) => void {
    const finder = this.#finders.get(plans.main) ?? new StageFinder(plans);
    this.#finders.set(plans.main, finder);
    const run = new RunCount(plans, finder, this.#tallies);
    return (event) => run.event(event);
  }

  /** Of the pipelines of these names. */
  result(names: ReadonlySet<string>): Coverage {
    const counted = [...this.#tallies].filter(([name]) => names.has(name));
    const pipelines = counted.map(([, tally]) => tally.result());
    pipelines.sort((a, b) => (a.pipeline < b.pipeline ? -1 : 1));
    return { pipelines, totals: totalsOf(pipelines) };
  }
}

/** One run, as far as its stages have to be seen together. */
class RunCount {
  readonly #plans: Plans;
  readonly #finder: StageFinder;
  readonly #tallies: ReadonlyMap<string, Tally>;
  /** Paths of stages that have run. */
  readonly #ran = new Set<string>();
  /** Iterations that began, by the path of their owner. */
  readonly #iterations = new Map<string, number>();
  /** Items, by the path of the foreach. */
  readonly #totals = new Map<string, number>();

  constructor(plans: Plans, finder: StageFinder, tallies: ReadonlyMap<string, Tally>) {
    this.#plans = plans;
    this.#finder = finder;
    this.#tallies = tallies;
  }

  event(event: RunEvent): void {
    if (event.type === 'run' && event.status === 'running') this.#began(this.#plans.main);
    if (event.type === 'stage') this.#stage(event);
  }

  #began({ name }: Plan): void {
    const tally = this.#tallies.get(name);
    if (tally) tally.runs++;
  }

  #stage(event: StageEvent): void {
    const found = this.#finder.find(event.path.replaceAll(/\[\d+\]/g, ''));
    const tally = found && this.#tallies.get(found.plan.name);
    if (!tally || !found) return;
    const { stage } = found;
    if (event.status === 'running' || event.status === 'waiting') {
      this.#running(event);
      return;
    }
    if (event.status === 'skipped') {
      if (event.reason === 'when_false') tally.took(stage.id, 'when', 'false');
      return;
    }
    if (event.attempt > 0) this.#ended(event, stage, tally);
    // A condition that cannot be evaluated fails before the first attempt.
    else if (event.status === 'failed') tally.took(stage.id, 'on_error', 'continued');
  }

  #running({ path, total }: StageEvent): void {
    if (total !== undefined) this.#totals.set(path, total);
    const owner = /^(.*)\[(\d+)\]\/[^[\]]*$/.exec(path);
    if (!owner?.[1]) return;
    this.#iterations.set(owner[1], Math.max(this.#iterations.get(owner[1]) ?? 0, Number(owner[2]) + 1));
  }

  #ended(event: StageEvent, stage: PlannedStage, tally: Tally): void {
    const { id } = stage;
    const { path, status, attempt } = event;
    const scope = path.slice(0, path.length - id.length);
    this.#ran.add(path);
    tally.ran(id);
    tally.arrived(id, (other) => this.#ran.has(scope + other));
    tally.took(id, 'when', 'true');
    if (attempt > 1 && status === 'succeeded') tally.took(id, 'retry', 'recovered');
    if (status === 'failed' && isExhausted(event, stage)) tally.took(id, 'retry', 'exhausted');
    if (status === 'failed') tally.took(id, 'on_error', 'continued');
    this.#control(event, stage, tally);
  }

  #control(event: StageEvent, stage: PlannedStage, tally: Tally): void {
    const { id } = stage;
    const { path, status, output = null } = event;
    const branch = branchOf(stage, status, output);
    switch (stage.component.name) {
      case 'conditional':
        if (typeof branch === 'string') tally.took(id, 'conditional', branch);
        break;
      case 'router':
        if (branch !== undefined) tally.took(id, 'router', branch ?? 'no route');
        break;
      case 'foreach': {
        const total = this.#totals.get(path);
        if (total !== undefined) tally.took(id, 'foreach', itemsName(total));
        break;
      }
      case 'loop': {
        const count = iterationsOf(output) ?? this.#iterations.get(path);
        if (count !== undefined) tally.took(id, 'loop', iterationsName(count));
        break;
      }
      case 'trycatch':
        if (status !== 'cancelled') tally.took(id, 'trycatch', metError(event) ? 'error' : 'no error');
        break;
      case 'subpipeline': {
        const called = calledBy(this.#plans, stage);
        if (called) this.#began(called);
        break;
      }
    }
  }
}

/** A failure that its retry could have repeated, at its last attempt. */
function isExhausted({ error, attempt }: StageEvent, { retry }: PlannedStage): boolean {
  return error !== undefined && attempt > 1 && retry.on.has(error.type);
}

function metError({ status, output }: StageEvent): boolean {
  if (status !== 'succeeded') return status === 'failed';
  return isObject(output) && own(output, 'status') !== 'succeeded';
}

/** Of a loop that came to its end; one that broke off has the iterations that began. */
function iterationsOf(output: unknown): number | undefined {
  const count = isObject(output) ? own(output, 'iterations') : undefined;
  return typeof count === 'number' ? count : undefined;
}
