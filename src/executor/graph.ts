import type { Graph, PlannedStage } from '../core/plan.ts';
import { Cancel, cancelled } from './cancel.ts';
import { CANCELLED, DONE, type GraphOutcome, type Outcome, type Wait } from './outcome.ts';
import type { Run } from './run.ts';
import type { Scope } from './scope.ts';
import { runStage } from './stage.ts';

/**
 * Runs the stages of one graph: each as soon as all its dependencies are finished (PIPELINES.md 4: there are no
 * waves). Ends when nothing of it is left to do; after a failure, a return or a cancellation, when what was running
 * has ended. Never rejects.
 */
export function runGraph(run: Run, scope: Scope, parent: Cancel): Promise<GraphOutcome> {
  return new Promise((resolve) => new GraphRun(run, scope, new Cancel(parent), resolve).start());
}

class GraphRun {
  readonly #run: Run;
  readonly #graph: Graph;
  readonly #scope: Scope;
  readonly #cancel: Cancel;
  readonly #resolve: (outcome: GraphOutcome) => void;
  /** Unfinished dependencies of each stage. */
  readonly #missing: number[];
  readonly #waits: Wait[] = [];
  #active = 0;
  /** Set by the first stage that ends the graph early. */
  #verdict: GraphOutcome | undefined;

  constructor(run: Run, scope: Scope, cancel: Cancel, resolve: (outcome: GraphOutcome) => void) {
    this.#run = run;
    this.#scope = scope;
    this.#graph = scope.graph;
    this.#cancel = cancel;
    this.#resolve = resolve;
    this.#missing = scope.graph.stages.map((stage) => stage.dependencies.length);
  }

  start(): void {
    this.#active++;
    for (const stage of this.#graph.stages) if (stage.dependencies.length === 0) this.#launch(stage);
    this.#active--;
    this.#endIfIdle();
  }

  #launch(stage: PlannedStage): void {
    if (this.#verdict || this.#cancel.cancelled) return;
    this.#active++;
    runStage(this.#run, stage, this.#scope, this.#cancel).then(
      (outcome) => this.#settle(stage, outcome),
      // runStage turns what stages throw into outcomes; what arrives here is our own fault and ends the run.
      (error) => {
        this.#run.lose(error);
        this.#settle(stage, CANCELLED);
      },
    );
  }

  #settle(stage: PlannedStage, outcome: Outcome): void {
    if (outcome.kind === 'parked') this.#waits.push(...outcome.waits);
    else if (outcome.kind === 'failed' && stage.onError === 'continue') this.#finish(stage);
    else if (outcome.kind === 'failed') this.#end(outcome, cancelled('stage_failed', `Stage ${stage.id} failed`));
    else if (outcome.kind === 'returned') this.#end(outcome, cancelled('returned', `Stage ${stage.id} returned`));
    else if (outcome.kind !== 'cancelled') this.#finish(stage);
    this.#active--;
    this.#endIfIdle();
  }

  #finish(stage: PlannedStage): void {
    for (const index of stage.dependents) {
      const left = (this.#missing[index] ?? 0) - 1;
      this.#missing[index] = left;
      const dependent = this.#graph.stages[index];
      if (left === 0 && dependent) this.#launch(dependent);
    }
  }

  #end(outcome: GraphOutcome, reason: ReturnType<typeof cancelled>): void {
    if (this.#verdict || this.#cancel.cancelled) return;
    this.#verdict = outcome;
    this.#cancel.cancel(reason);
  }

  #endIfIdle(): void {
    if (this.#active > 0) return;
    this.#cancel.dispose();
    if (this.#waits.length > 0 && (this.#verdict || this.#cancel.cancelled)) this.#run.cancelParked(this.#scope.prefix);
    if (this.#verdict) this.#resolve(this.#verdict);
    else if (this.#cancel.cancelled) this.#resolve(CANCELLED);
    else if (this.#waits.length > 0) this.#resolve({ kind: 'parked', waits: this.#waits });
    else this.#resolve(DONE);
  }
}
