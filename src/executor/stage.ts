import type { Json } from '../core/json.ts';
import type { PlannedStage } from '../core/plan.ts';
import type { Failure } from '../core/run.ts';
import { runAttempts } from './attempts.ts';
import type { Cancel } from './cancel.ts';
import { holds } from './condition.ts';
import { decide } from './decide.ts';
import { StageEnvironment } from './environment.ts';
import { CANCELLED, type Outcome, toFailure } from './outcome.ts';
import { recordOf } from './recorded-below.ts';
import type { Run } from './run.ts';
import type { Scope, StageState } from './scope.ts';
import type { StageRun } from './stage-run.ts';

/** Runs a stage whose dependencies are finished; records and reports what became of it. */
export async function runStage(run: Run, stage: PlannedStage, scope: Scope, cancel: Cancel): Promise<Outcome> {
  const state = scope.states[stage.index] as StageState;
  const path = scope.prefix + stage.id;
  const recorded = run.recordedEnd(path);
  if (recorded) return restore(run, stage, state, recorded);

  const startedAt = run.options.recorded?.starts.get(path)?.started_at ?? run.now();
  const stageRun: StageRun = { run, stage, scope, state, path, startedAt, attempt: 0, holdsSlot: false };
  const verdict = decide(stage, scope);
  if (verdict !== 'run') return conclude(stageRun, { kind: 'skipped', reason: verdict });
  const held = run.hold(path, isOwner(stage));
  if (held) await held;
  run.checkTime();
  const breath = run.breathe();
  if (breath) await breath;
  if (cancel.cancelled) return CANCELLED;
  let wanted: boolean;
  try {
    wanted = typeof stage.when === 'boolean' ? stage.when : isTrue(stageRun, stage.when);
  } catch (error) {
    return conclude(stageRun, { kind: 'failed', failure: toFailure(error, { stage: stage.id, path }) });
  }
  if (!wanted) return conclude(stageRun, { kind: 'skipped', reason: 'when_false' });
  return conclude(stageRun, await runAttempts(stageRun, cancel));
}

function isOwner({ bodies, component }: PlannedStage): boolean {
  return component.name === 'subpipeline' || Object.keys(bodies).length > 0;
}

function isTrue(stageRun: StageRun, when: Exclude<PlannedStage['when'], boolean>): boolean {
  const { run, scope, path, startedAt } = stageRun;
  return holds(when, new StageEnvironment(run, scope, path, startedAt, 1), 'when');
}

/** Takes a stage's end from the journal, as if it had just run. */
function restore(
  run: Run,
  stage: PlannedStage,
  state: StageState,
  end: NonNullable<ReturnType<Run['recordedEnd']>>,
): Outcome {
  state.status = end.status;
  state.output = end.output;
  state.branch = branchOf(stage, end.status, end.output);
  const record = recordOf(end);
  const { id, path, component, status, attempts, duration_ms } = record;
  run.records.push(record);
  run.restored.add(path);
  if (end.usage) run.addUsage(end.usage);
  run.emit({
    type: 'stage',
    at: run.now(),
    id,
    path,
    component,
    status,
    attempt: attempts,
    recorded: true,
    duration_ms,
  });
  if (end.status === 'skipped') return { kind: 'skipped' };
  const returned = stage.component.name === 'return' ? (end.output as { returned?: boolean; value?: Json }) : undefined;
  if (returned?.returned) return { kind: 'returned', value: returned.value ?? null };
  return { kind: 'succeeded', output: end.output };
}

/** The branch that a gate opened; undefined for stages that are no gates. */
export function branchOf(stage: PlannedStage, status: string, output: Json): string | null | undefined {
  if (status !== 'succeeded') return undefined;
  const { name } = stage.component;
  if (name === 'conditional') return String((output as { branch_taken: boolean }).branch_taken);
  if (name === 'router') return (output as { route_taken: string | null }).route_taken;
  return undefined;
}

/** Writes an outcome into state, journal, records and events. */
function conclude(stageRun: StageRun, outcome: Outcome): Outcome {
  const { run, stage, state, path, attempt } = stageRun;
  const { id, component } = stage;
  if (outcome.kind === 'parked') {
    state.status = 'waiting';
    run.parked.push({
      id,
      path,
      component: component.name,
      status: 'waiting',
      attempts: attempt,
      started_at: stageRun.startedAt,
      duration_ms: 0,
    });
    return outcome;
  }
  const finished_at = run.now();
  const started_at = outcome.kind === 'skipped' || attempt === 0 ? null : stageRun.startedAt;
  const status = outcome.kind === 'returned' ? returnedStatus(stage) : outcome.kind;
  let output: Json = null;
  let error: Failure | undefined;
  if (outcome.kind === 'succeeded') output = outcome.output;
  else if (outcome.kind === 'returned' && status === 'succeeded') output = { returned: true, value: outcome.value };
  else if (outcome.kind === 'failed') error = run.mask(outcome.failure);

  state.status = status;
  state.output = output;
  state.error = error ?? null;
  state.branch = branchOf(stage, status, output);
  const duration_ms = started_at === null ? 0 : finished_at - started_at;
  const failure = error ? { error } : undefined;
  const base = { id, path, component: component.name, status, attempts: attempt, started_at };
  const input = outcome.kind === 'failed' && outcome.input !== undefined ? { input: outcome.input } : undefined;
  run.append({ kind: 'end', ...base, output, ...failure, ...input, finished_at, ...stageUsage(run, path) });
  run.records.push({ ...base, duration_ms, ...failure });
  if (run.options.onEvent) {
    const shown = status === 'succeeded' ? { output } : undefined;
    run.emit({
      type: 'stage',
      at: finished_at,
      id,
      path,
      component: component.name,
      status,
      attempt,
      duration_ms,
      ...(outcome.kind === 'succeeded' && outcome.cached ? { cached: true as const } : undefined),
      ...(outcome.kind === 'skipped' && outcome.reason ? { reason: outcome.reason } : undefined),
      ...failure,
      ...input,
      ...shown,
    });
  }
  // The failure goes on masked: whoever reads it next shows it.
  return outcome.kind === 'failed' && error ? { ...outcome, failure: error } : outcome;
}

/** A `return` succeeded; the owners around it that it leaves were cut short. */
function returnedStatus(stage: PlannedStage): 'succeeded' | 'cancelled' {
  return stage.component.name === 'return' ? 'succeeded' : 'cancelled';
}

function stageUsage(run: Run, path: string) {
  const usage = run.usageByPath.get(path);
  if (!usage) return undefined;
  run.usageByPath.delete(path);
  return { usage };
}
