import type { Json } from '../../core/json.ts';
import type { Graph } from '../../core/plan.ts';
import { type Failure, StageError } from '../../core/run.ts';
import { announce } from '../announce.ts';
import { Cancel, cancelled } from '../cancel.ts';
import { StageEnvironment } from '../environment.ts';
import { CANCELLED, type Outcome, type Wait } from '../outcome.ts';
import { Scope } from '../scope.ts';
import { begin } from './begin.ts';
import type { Control, ControlContext } from './control.ts';
import { bounded, iterationResult } from './iteration.ts';

/** Runs its stages once per item, one after the other or `max_parallel` at a time. */
export const foreach: Control = (context) => new Iterations(context).run();

class Iterations {
  readonly #context: ControlContext;
  readonly #items: readonly Json[];
  readonly #body: Graph;
  readonly #cancel: Cancel;
  readonly #results: Json[];
  readonly #errors: { index: number; error: Failure }[] = [];
  readonly #waits: Wait[] = [];
  #next = 0;
  #end: Outcome | undefined;

  constructor(context: ControlContext) {
    const { stageRun, config } = context;
    const { run, stage } = stageRun;
    this.#context = context;
    this.#items = begin(stageRun, () => ({ items: config.items as Json[] })).items;
    const limit = run.runtime.limits.foreach_items;
    if (this.#items.length > limit) {
      throw new StageError(
        'QUOTA',
        'too_many_items',
        `foreach got ${this.#items.length} items; at most ${limit} are allowed`,
      );
    }
    this.#body = stage.bodies.loop_stages as Graph;
    this.#cancel = new Cancel(context.cancel);
    this.#results = new Array<Json>(this.#items.length).fill(null);
    announce(stageRun, 'running', { total: this.#items.length });
  }

  async run(): Promise<Outcome> {
    const { config, cancel } = this.#context;
    const lanes = config.parallel === true ? Number(config.max_parallel) : 1;
    await Promise.all(Array.from({ length: Math.min(lanes, this.#items.length) }, () => this.#lane()));
    this.#cancel.dispose();
    if (this.#end) return this.#end;
    if (cancel.cancelled) return CANCELLED;
    if (this.#waits.length > 0) return { kind: 'parked', waits: this.#waits };
    const errors = this.#errors.sort((a, b) => a.index - b.index);
    const output = { results: this.#results, errors, count: this.#items.length };
    return { kind: 'succeeded', output: bounded(this.#context.stageRun, output) };
  }

  async #lane(): Promise<void> {
    const { config } = this.#context;
    // One after the other means that nothing starts behind an item that waits.
    while (!this.#end && !this.#cancel.cancelled && (config.parallel === true || this.#waits.length === 0)) {
      const index = this.#next++;
      if (index >= this.#items.length) return;
      await this.#iterate(index);
    }
  }

  async #iterate(index: number): Promise<void> {
    const { stageRun, config } = this.#context;
    const { run, scope, path, startedAt } = stageRun;
    const inner = new Scope(this.#body, scope.frame, `${path}[${index}]/`, scope, {
      [String(config.item_variable)]: this.#items[index],
      [String(config.index_variable)]: index,
      total: this.#items.length,
    });
    const outcome = await run.runGraph(inner, this.#cancel);
    if (this.#end) return;
    if (outcome.kind === 'done') {
      const environment = new StageEnvironment(run, inner, `${path}[${index}]`, startedAt, stageRun.attempt);
      const result = iterationResult(stageRun, inner, environment, `${path}[${index}]`);
      if (result.kind === 'failed') this.#failed(index, result);
      else this.#results[index] = result.value;
    } else if (outcome.kind === 'failed') this.#failed(index, outcome);
    else if (outcome.kind === 'parked') this.#waits.push(...outcome.waits);
    else if (outcome.kind === 'returned') this.#stop(outcome);
  }

  #failed(index: number, outcome: Extract<Outcome, { kind: 'failed' }>): void {
    if (this.#context.config.break_on_error === false) this.#errors.push({ index, error: outcome.failure });
    else this.#stop(outcome);
  }

  #stop(outcome: Outcome): void {
    this.#end = outcome;
    this.#cancel.cancel(cancelled('stage_failed', 'Another iteration ended the loop'));
  }
}
