import type { Environment, StageView } from '../core/expression/types.ts';
import type { Run } from './run.ts';
import type { Scope } from './scope.ts';

/** The roots of an expression, seen from one stage; what is costly is made when it is first read. */
export class StageEnvironment implements Environment {
  readonly input: unknown;
  readonly vars: Readonly<Record<string, unknown>>;
  readonly secrets: ReadonlyMap<string, unknown>;
  readonly now: number;
  readonly #run: Run;
  readonly #scope: Scope;
  readonly #attempt: number;
  readonly #path: string;
  #uuids: { readonly seed: string; count: number } | undefined;
  #context: Record<string, unknown> | undefined;

  /** `path` seeds `uuid()`; `now` is the stage's first start in epoch milliseconds. */
  constructor(run: Run, scope: Scope, path: string, now: number, attempt: number) {
    this.#run = run;
    this.#scope = scope;
    this.#attempt = attempt;
    this.input = scope.frame.input;
    this.vars = run.options.vars;
    this.secrets = run.options.secrets;
    this.now = now;
    this.#path = path;
  }

  get uuids(): { readonly seed: string; count: number } {
    const { runId } = this.#run.options;
    this.#uuids ??= { seed: `${runId}/${this.#path}${this.#run.repetitionSuffix}`, count: 0 };
    return this.#uuids;
  }

  get context(): Record<string, unknown> {
    if (!this.#context) {
      const { options } = this.#run;
      const { frame } = this.#scope;
      this.#context = {
        run_id: options.runId,
        pipeline: frame.name,
        version: frame.version,
        release: options.release,
        environment: options.environment,
        tenant: options.tenant,
        attempt: this.#attempt,
        started_at: new Date(this.#run.startedAt).toISOString(),
        ...this.#scope.contextVariables(),
        vars: this.#scope.contextVars(),
      };
    }
    return this.#context;
  }

  stage(id: string): StageView | undefined {
    return this.#scope.find(id);
  }
}
