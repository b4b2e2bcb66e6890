import { NO_JOURNAL } from '../../../core/journal.ts';
import type { Json } from '../../../core/json.ts';
import type { SignalSource } from '../../../core/ports.ts';
import type { RunOutcome } from '../../../core/run.ts';
import type { RunOptions } from '../../../executor/types.ts';
import { createRun } from '../../../hosts/node/runs/create.ts';
import type { OpenRun } from '../../../hosts/node/runs/hold.ts';
import { newRunId } from '../../../hosts/node/runs/id.ts';
import { localSignals } from '../../../hosts/node/runs/local-signals.ts';
import { keepOf } from '../../project/workspace.ts';
import type { PreparedRun } from './prepare.ts';
import { queueKey, stoppedInQueue } from './queue.ts';
import type { StartOptions } from './start-options.ts';
import { tracedExecute } from './traced.ts';

/** One execution and what came of it. */
export interface Executed {
  readonly outcome: RunOutcome;
  /** What the run really worked with: masked where it was recorded. */
  readonly input: Json;
  /** False outside of a project: nothing was recorded, so nothing can be resumed. */
  readonly recorded: boolean;
}

/** Starts a new run of a prepared pipeline. */
export async function startRun(prepared: PreparedRun, input: Json, options: StartOptions): Promise<Executed> {
  const { workspace, loaded, vars, masker } = prepared;
  const { project } = workspace;
  if (!project) {
    const outcome = await tracedExecute(loaded.plan, prepared.runtime, runOptions(prepared, input, options, undefined));
    return { outcome, input, recorded: false };
  }
  const now = prepared.runtime.clock.now();
  const run = createRun(project.home, {
    concurrency: await queueKey(prepared, input, now),
    main: loaded.plan.name,
    version: loaded.plan.version,
    pipelines: loaded.recorded,
    input,
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
  // What is recorded is masked; a resumed run must see what the first execution saw.
  const { input } = run.record;
  try {
    const outcome =
      (await stoppedInQueue(prepared, options, run)) ??
      (await tracedExecute(prepared.loaded.plan, prepared.runtime, runOptions(prepared, input, options, run)));
    await run.finish(outcome);
    return { outcome, input, recorded: true };
  } catch (error) {
    run.release();
    throw error;
  }
}

function runOptions(prepared: PreparedRun, input: Json, options: StartOptions, run: OpenRun | undefined): RunOptions {
  const { runtime, loaded, vars, secrets, masker } = prepared;
  const { maxParallel, timeout, signal, onEvent, ask } = options;
  const park: SignalSource = async () => 'park';
  return {
    runId: run?.id ?? newRunId(runtime.clock.now()),
    input,
    vars: run ? run.record.vars : vars,
    secrets,
    masker,
    environment: 'local',
    tenant: null,
    release: null,
    journal: run?.journal ?? NO_JOURNAL,
    ...(run?.recorded
      ? { recorded: run.recorded, ended: run.ended, startedAt: run.record.started_at, repetition: run.repetition }
      : undefined),
    ...(maxParallel === undefined ? undefined : { maxParallel }),
    ...(timeout === undefined ? undefined : { timeout }),
    signal,
    pipelines: (name, range) => loaded.resolve(name, range),
    signals: run ? localSignals(run, ask) : (ask ?? park),
    onEvent,
  };
}
