import type { Json } from '../../core/json.ts';
import type { Graph } from '../../core/plan.ts';
import { type Failure, StageError } from '../../core/run.ts';
import { Cancel } from '../cancel.ts';
import { CANCELLED, type GraphOutcome, type Outcome, toFailure } from '../outcome.ts';
import { Scope } from '../scope.ts';
import { begin } from './begin.ts';
import type { Control, ControlContext } from './control.ts';

/** How long finally stages may take once the run is cancelled (PIPELINES.md 4). */
const LAST_WORDS_MS = 30_000;

/**
 * How far a trycatch came, recorded so that a resumed run goes on where it was: with an error, the try list is not
 * repeated; `cancelled` says that finally stages began or ended while the run was stopped.
 */
type Progress = { readonly error?: Json; readonly cancelled?: true };

/** Runs `try_stages`; on an error `catch_stages`; last, whatever happened, `finally_stages`. */
export const trycatch: Control = async (context): Promise<Outcome> => {
  const { stageRun, cancel } = context;
  const { run, stage, scope, path } = stageRun;
  const progress = takeUp(context);
  const tryScope = new Scope(stage.bodies.try_stages as Graph, scope.frame, `${path}/`, scope);
  const tried =
    progress.error === undefined ? await run.runGraph(tryScope, cancel) : recall(context, tryScope, progress.error);
  if (tried.kind === 'parked') return tried;
  if (tried.kind === 'failed' && progress.error === undefined) record(context, { error: tried.failure });
  const handled = await handle(context, tried, tryScope);
  return handled.outcome.kind === 'parked' ? handled.outcome : conclude(context, handled);
};

/**
 * Where this execution begins. After a crash: where the last one was. After it had ended: a list that failed goes on; an
 * error that was passed on is tried again, which catch and finally stages must see anew; after a cancellation finally
 * stages run once more, when what was cancelled has ended.
 */
function takeUp(context: ControlContext): Progress {
  const { stageRun } = context;
  const { run, path } = stageRun;
  const recorded = run.resolved(path) as Progress | undefined;
  if (recorded === undefined) return begin(stageRun, () => ({}));
  const end = run.options.ended ? run.lastEnd(path) : undefined;
  if (!end && !recorded.cancelled) return recorded;

  const error = recorded.error === undefined ? undefined : { error: recorded.error };
  if (hasFailed(context, 'finally_stages')) return rerecord(context, { ...error });
  const repeated = end?.status === 'failed' && !recorded.cancelled && !hasFailed(context, 'catch_stages');
  run.forget(pathsOf(context, 'finally_stages'));
  if (repeated) run.forget(pathsOf(context, 'catch_stages'));
  return rerecord(context, repeated ? {} : { ...error });
}

/** Whether a stage of the list ended it. */
function hasFailed({ stageRun }: ControlContext, list: string): boolean {
  const { run, stage, path } = stageRun;
  const stages = stage.bodies[list]?.stages ?? [];
  return stages.some(({ id, onError }) => onError === 'fail' && run.lastEnd(`${path}/${id}`)?.status === 'failed');
}

function rerecord(context: ControlContext, progress: Progress): Progress {
  record(context, progress);
  return progress;
}

function record({ stageRun }: ControlContext, progress: Progress): void {
  const { run, path, startedAt } = stageRun;
  run.append({ kind: 'start', path, started_at: startedAt, resolved: progress });
}

function recordStop(context: ControlContext, error: Failure | undefined): void {
  record(context, { ...(error ? { error } : undefined), cancelled: true });
}

function pathsOf({ stageRun }: ControlContext, list: string): string[] {
  const { stage, path } = stageRun;
  return (stage.bodies[list]?.stages ?? []).map(({ id }) => `${path}/${id}`);
}

/** The try list as an earlier execution left it when its error was recorded. */
function recall({ stageRun }: ControlContext, scope: Scope, error: Json): GraphOutcome {
  const { run } = stageRun;
  for (const { id, index } of scope.graph.stages) {
    const end = run.lastEnd(scope.prefix + id);
    const state = scope.states[index];
    if (!end || !state) continue;
    Object.assign(state, { status: end.status, output: end.output, error: end.error ?? null });
  }
  // It was recorded from a Failure.
  return { kind: 'failed', failure: error as Failure };
}

interface Handled {
  readonly outcome: Outcome;
  /** The error that was met, recovered from or not. */
  readonly error?: Failure;
  /** What finally stages see. */
  readonly scope: Scope;
}

async function handle(context: ControlContext, tried: GraphOutcome, tryScope: Scope): Promise<Handled> {
  const { config, stageRun, cancel } = context;
  const { run, stage, path } = stageRun;
  const graph = stage.bodies.catch_stages;
  const known = tried.kind === 'failed' ? { error: tried.failure } : undefined;
  const scope = graph ? new Scope(graph, tryScope.frame, `${path}/`, tryScope, known) : tryScope;
  if (tried.kind !== 'failed' || !isCaught(context, tried.failure)) {
    if (graph) scope.skipAll();
    const outcome = tried.kind === 'done' ? succeeded('succeeded', null, tryScope.finalOutput()) : tried;
    return { scope, outcome, ...known };
  }
  const error = tried.failure;
  const continues = (config.error_scope ?? (graph ? 'continue' : 'propagate')) === 'continue';
  if (!graph) return { scope, error, outcome: continues ? succeeded('failed', error, null) : tried };
  const caught = await run.runGraph(scope, cancel);
  if (caught.kind === 'failed') {
    return { scope, error, outcome: { ...caught, failure: withCause(caught.failure, error) } };
  }
  if (caught.kind !== 'done') return { scope, error, outcome: caught };
  return { scope, error, outcome: continues ? succeeded('recovered', error, scope.finalOutput()) : tried };
}

function isCaught({ config, cancel }: ControlContext, error: Failure): boolean {
  const types = config.catch_error_types as string[] | undefined;
  return error.type !== 'CANCELLED' && !cancel.cancelled && (types === undefined || types.includes(error.type));
}

/** Finally stages, and what comes of all three lists together. */
async function conclude(context: ControlContext, { outcome, error, scope }: Handled): Promise<Outcome> {
  const { stageRun } = context;
  const graph = stageRun.stage.bodies.finally_stages;
  if (!graph || stageRun.run.lost !== undefined) return outcome;
  if (outcome.kind === 'cancelled') recordStop(context, error);
  const ended = outcome.kind === 'failed' ? outcome.failure : (error ?? stopped(context, outcome));
  const last = new Scope(graph, scope.frame, `${stageRun.path}/`, scope, { error: ended });
  const final = await runFinally(context, last);
  if (context.cancel.cancelled) recordStop(context, error);
  if (final.kind === 'done') return outcome;
  if (final.kind === 'failed') return { ...final, failure: withCause(final.failure, ended) };
  if (final.kind !== 'cancelled') return final;
  return outcome.kind === 'failed' ? outcome : CANCELLED;
}

/** What finally stages see of a cancellation. */
function stopped({ cancel }: ControlContext, outcome: Outcome): Failure | null {
  return outcome.kind === 'cancelled' && cancel.reason ? toFailure(cancel.reason, {}) : null;
}

function succeeded(status: string, error: Failure | null, result: Json): Outcome {
  return { kind: 'succeeded', output: { status, error: error, result } };
}

function withCause(failure: Failure, cause: Failure | null): Failure {
  return cause === null || failure === cause || failure.cause ? failure : { ...failure, cause };
}

/** Finally stages run also when everything above is being stopped; then only for a while. */
async function runFinally({ stageRun, cancel }: ControlContext, scope: Scope): Promise<GraphOutcome> {
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
