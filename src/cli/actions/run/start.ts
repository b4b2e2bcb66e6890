import { NO_JOURNAL } from '../../../core/journal.ts';
import type { SignalSource } from '../../../core/ports.ts';
import type { RunOutcome } from '../../../core/run.ts';
import { execute } from '../../../executor/execute.ts';
import { onFailureInput } from '../../../executor/on-failure.ts';
import type { RunOptions } from '../../../executor/types.ts';
import { createRun } from '../../../hosts/node/runs/create.ts';
import type { OpenRun } from '../../../hosts/node/runs/hold.ts';
import { newRunId } from '../../../hosts/node/runs/id.ts';
import { localSignals } from '../../../hosts/node/runs/local-signals.ts';
import { keepOf } from '../../project/workspace.ts';
import type { PreparedRun } from './prepare.ts';
import { queueKey, stoppedInQueue } from './queue.ts';
import type { StartOptions } from './start-options.ts';

/** One execution: what came of it, and of the pipeline that its failure started. */
export interface Executed {
  readonly outcome: RunOutcome;
  /** False outside of a project: nothing was recorded, so nothing can be resumed. */
  readonly recorded: boolean;
  readonly onFailure?: RunOutcome | undefined;
}

/** Starts a new run of a prepared pipeline. */
export async function startRun(prepared: PreparedRun, options: StartOptions): Promise<Executed> {
  const { workspace, loaded, vars, masker } = prepared;
  const { project } = workspace;
  if (!project) return { outcome: await executeRun(prepared, options, undefined), recorded: false };
  const now = prepared.runtime.clock.now();
  const run = createRun(project.home, {
    concurrency: await queueKey(prepared, options, now),
    main: loaded.plan.name,
    version: loaded.plan.version,
    pipelines: loaded.recorded,
    input: options.input,
    vars,
    environment: 'local',
    masker,
    now,
    keep: keepOf(workspace.settings),
  });
  return executeRecorded(prepared, options, run);
}

/** Executes a run that this process holds, a new one or a resumed one, and records how it ended. */
export async function executeRecorded(prepared: PreparedRun, options: StartOptions, run: OpenRun): Promise<Executed> {
  let outcome: RunOutcome;
  try {
    outcome = (await stoppedInQueue(prepared, options, run)) ?? (await executeRun(prepared, options, run));
    await run.finish(outcome);
  } catch (error) {
    run.release();
    throw error;
  }
  const onFailure = await startOnFailure(prepared, options, outcome, run);
  return { outcome, recorded: true, onFailure };
}

async function executeRun(prepared: PreparedRun, options: StartOptions, run: OpenRun | undefined): Promise<RunOutcome> {
  return execute(prepared.loaded.plan, prepared.runtime, runOptions(prepared, options, run));
}

function runOptions(prepared: PreparedRun, options: StartOptions, run: OpenRun | undefined): RunOptions {
  const { runtime, loaded, vars, secrets, masker } = prepared;
  const { maxParallel, timeout, signal, onEvent, ask } = options;
  const park: SignalSource = async () => 'park';
  return {
    runId: run?.record.run_id ?? newRunId(runtime.clock.now()),
    // What is recorded is masked; a resumed run must see what the first execution saw.
    input: run ? run.record.input : options.input,
    vars: run ? run.record.vars : vars,
    secrets,
    masker,
    environment: 'local',
    tenant: null,
    release: null,
    journal: run?.journal ?? NO_JOURNAL,
    ...(run?.recorded
      ? { recorded: run.recorded, startedAt: run.record.started_at, repetition: run.repetition }
      : undefined),
    ...(maxParallel === undefined ? undefined : { maxParallel }),
    ...(timeout === undefined ? undefined : { timeout }),
    signal,
    pipelines: (name, range) => loaded.resolve(name, range),
    signals: run ? localSignals(run, ask) : (ask ?? park),
    onEvent,
  };
}

/** `on_failure` starts once, as a run of its own (PIPELINES.md 1). */
async function startOnFailure(
  prepared: PreparedRun,
  options: StartOptions,
  outcome: RunOutcome,
  run: OpenRun,
): Promise<RunOutcome | undefined> {
  const { plan } = prepared.loaded;
  const { signal } = options;
  if (outcome.status !== 'failed' || !plan.onFailure || signal.aborted) return undefined;
  const handler = prepared.loaded.all.get(plan.onFailure.pipeline);
  if (!handler) return undefined;
  const input = onFailureInput(plan, runOptions(prepared, options, run), outcome);
  const own: PreparedRun = { ...prepared, loaded: { ...prepared.loaded, ...handler } };
  const { ask: _nobody, maxParallel: _own, timeout: _default, ...rest } = options;
  return (await startRun(own, { ...rest, input })).outcome;
}
