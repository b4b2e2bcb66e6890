import { isObject, type Json } from '../../core/json.ts';
import type { Graph } from '../../core/plan.ts';
import { type Failure, StageError } from '../../core/run.ts';
import { Cancel } from '../cancel.ts';
import { CANCELLED, type GraphOutcome, type Outcome } from '../outcome.ts';
import { Scope } from '../scope.ts';
import type { Control, ControlContext } from './control.ts';

/** How long finally stages may take once the run is cancelled (PIPELINES.md 4). */
const LAST_WORDS_MS = 30_000;

/** Runs `try_stages`; on an error `catch_stages`; last, whatever happened, `finally_stages`. */
export const trycatch: Control = async (context): Promise<Outcome> => {
  const { stageRun, cancel } = context;
  const { run, stage, scope, path } = stageRun;
  const tryScope = new Scope(stage.bodies.try_stages as Graph, scope.frame, `${path}/`, scope);
  const tried = await run.runGraph(tryScope, cancel);
  if (tried.kind === 'parked') return tried;
  const handled = await handle(context, tried, tryScope);
  if (handled.outcome.kind === 'parked') return handled.outcome;
  const graph = stage.bodies.finally_stages;
  if (!graph || run.lost !== undefined) return handled.outcome;

  const ended = handled.outcome.kind === 'failed' ? handled.outcome.failure : (handled.error ?? null);
  const last = new Scope(graph, scope.frame, `${path}/`, handled.scope, { error: ended });
  const outcome = await runFinally(context, last);
  if (outcome.kind === 'done') return handled.outcome;
  if (outcome.kind === 'failed') return { ...outcome, failure: withCause(outcome.failure, ended) };
  // A parked or returning finally list decides; a cancelled one leaves what was there before.
  return outcome.kind === 'cancelled' ? (handled.outcome.kind === 'succeeded' ? CANCELLED : handled.outcome) : outcome;
};

interface Handled {
  readonly outcome: Outcome;
  /** The error that was met, recovered from or not. */
  readonly error?: Failure;
  readonly scope: Scope;
}

async function handle(context: ControlContext, tried: GraphOutcome, scope: Scope): Promise<Handled> {
  const { config, stageRun, cancel } = context;
  const { run, stage, path } = stageRun;
  if (tried.kind === 'done') return { scope, outcome: succeeded('succeeded', null, scope.finalOutput()) };
  if (tried.kind !== 'failed') return { scope, outcome: tried };

  const error = tried.failure;
  const types = config.catch_error_types as string[] | undefined;
  const graph = stage.bodies.catch_stages;
  const continues = (config.error_scope ?? (graph ? 'continue' : 'propagate')) === 'continue';
  const listed = error.type !== 'CANCELLED' && (types === undefined || types.includes(error.type));
  if (!listed || cancel.cancelled) return { scope, error, outcome: tried };
  if (!graph) return { scope, error, outcome: continues ? succeeded('failed', error, null) : tried };

  const catchScope = new Scope(graph, scope.frame, `${path}/`, scope, { error });
  const caught = await run.runGraph(catchScope, cancel);
  if (caught.kind === 'failed') {
    return { scope: catchScope, error, outcome: { ...caught, failure: withCause(caught.failure, error) } };
  }
  if (caught.kind !== 'done') return { scope: catchScope, error, outcome: caught };
  const outcome = continues ? succeeded('recovered', error, catchScope.finalOutput()) : tried;
  return { scope: catchScope, error, outcome };
}

function succeeded(status: string, error: Failure | null, result: Json): Outcome {
  return { kind: 'succeeded', output: { status, error: error as unknown as Json, result } };
}

function withCause(failure: Failure, cause: Failure | null): Failure {
  if (!cause || failure === cause) return failure;
  return isObject(failure.cause) ? failure : { ...failure, cause };
}

/** Finally stages run also when everything above is being stopped; then only for a while. */
async function runFinally(context: ControlContext, scope: Scope): Promise<GraphOutcome> {
  const { stageRun, cancel } = context;
  const { run } = stageRun;
  const own = new Cancel();
  const late = new StageError(
    'CANCELLED',
    'finally_timeout',
    `finally stages did not end within ${LAST_WORDS_MS / 1_000} s`,
  );
  let stop: (() => void) | undefined;
  const release = cancel.onCancel((reason) => {
    if (reason.code === 'journal_lost') own.cancel(reason);
    else stop = run.runtime.clock.after(LAST_WORDS_MS, () => own.cancel(late));
  });
  try {
    return await run.runGraph(scope, own);
  } finally {
    release();
    stop?.();
  }
}
