import type { Environment } from '../core/expression/types.ts';
import { StageError } from '../core/run.ts';
import { bind } from './bind.ts';
import type { Cancel } from './cancel.ts';
import type { BoundExpression, StageContext } from './component.ts';
import type { StageRun } from './stage-run.ts';

/** What a component is given; when its attempt has ended, nobody listens any more. */
export class AttemptContext implements StageContext {
  readonly attempt: number;
  readonly defaultModel: string | undefined;
  readonly #stageRun: StageRun;
  readonly #cancel: Cancel;
  readonly #environment: Environment;
  #closed = false;
  #expressions: Readonly<Record<string, BoundExpression>> | undefined;

  constructor(stageRun: StageRun, environment: Environment, cancel: Cancel) {
    this.attempt = stageRun.attempt;
    this.defaultModel = stageRun.run.runtime.defaultModel;
    this.#stageRun = stageRun;
    this.#cancel = cancel;
    this.#environment = environment;
  }

  close(): void {
    this.#closed = true;
  }

  get idempotencyKey(): string {
    const { run, path } = this.#stageRun;
    return `${run.options.runId}/${path}${run.repetitionSuffix}`;
  }

  get signal(): AbortSignal {
    return this.#cancel.signal;
  }

  get clock(): StageContext['clock'] {
    return this.#stageRun.run.runtime.clock;
  }

  get expressions(): Readonly<Record<string, BoundExpression>> {
    this.#expressions ??= bind(this.#stageRun.stage, this.#environment);
    return this.#expressions;
  }

  // Getters, so that a stage pays only for what its component uses, and may take them apart.
  get fetch(): StageContext['fetch'] {
    const { run, path } = this.#stageRun;
    return async (request) => {
      if (this.#closed) throw new StageError('CANCELLED', 'stage_ended', 'The stage has ended');
      const { headers } = request;
      const sent = { ...request, headers: { ...traceHeader(headers, run.options.traceOf?.(path)), ...headers } };
      return run.runtime.fetch({ ...sent, signal: this.signal, max_bytes: run.runtime.limits.output_bytes });
    };
  }

  get log(): StageContext['log'] {
    const { run, path } = this.#stageRun;
    return (level, message, data) => {
      if (this.#closed) return;
      run.log({ at: run.now(), level, message, path, ...(data === undefined ? undefined : { data }) });
    };
  }

  get progress(): StageContext['progress'] {
    const { run, path } = this.#stageRun;
    return (text) => {
      if (this.#closed) return;
      run.emit({ type: 'progress', at: run.now(), path, text: run.options.masker.text(text) });
    };
  }

  get hide(): StageContext['hide'] {
    const { masker } = this.#stageRun.run.options;
    return (text) => masker.add(text);
  }

  get usage(): StageContext['usage'] {
    const { run, path } = this.#stageRun;
    return (usage) => {
      if (!this.#closed) run.addUsage(usage, path);
    };
  }
}

/** What is written in the pipeline counts. */
function traceHeader(headers: Readonly<Record<string, string>>, traceparent: string | undefined) {
  if (traceparent === undefined || Object.keys(headers).some((name) => name.toLowerCase() === 'traceparent')) return {};
  return { traceparent };
}
