import type { RunAttempt, RunQueueView, RunView } from '../../core/api/run.ts';
import { foldJournal } from '../../core/journal.ts';
import { recordedStages, recordedUsage } from '../../core/recorded-stages.ts';
import type { Definitions } from '../../core/stage-at.ts';
import type { Attempt } from '../../store/attempts.ts';
import { hasEnded, type Run } from '../../store/run-states.ts';
import type { ControlPlane } from '../control.ts';
import type { Call } from '../verb.ts';
import { definitionsOf } from './definitions.ts';
import { requireRun } from './require-run.ts';
import { mayDebug } from './scopes.ts';
import { summaryOf } from './summary.ts';

/** Everything about a run but its log. Throws FlowMasonError `NOT_FOUND`. */
export async function viewRun({ control, caller }: Call, id: string): Promise<RunView> {
  const { store, environment, clock } = control;
  const run = await requireRun(store, environment, id);
  const { entries } = await store.journal.load(id, { outputs: false });
  const recorded = foldJournal(entries.map(({ entry }) => entry));
  // Of a run that has ended nothing runs any more, whatever has started.
  const definitions = hasEnded(run.status) ? undefined : await definitionsOf(store, run.release, run.pipeline);
  const queue = run.status === 'queued' ? await queueOf(control, definitions) : undefined;
  const now = clock.now();
  const failed = run.error?.path === undefined ? undefined : recorded.ends.get(run.error.path)?.input;
  return {
    ...summaryOf(run, now),
    input: run.input,
    vars: run.vars,
    result: run.result,
    stages: recordedStages(recorded, definitions, now).map((stage) => withWait(stage, run)),
    usage: run.usage ?? recordedUsage(recorded),
    waiting: run.waiting ?? [],
    attempts: (await store.attempts.list(id)).map(attemptOf),
    repetition: run.repetition,
    cancel_requested_at: run.cancel_requested_at,
    ...(queue && { queue }),
    ...(failed === undefined || !mayDebug(caller) ? undefined : { failed_input: failed }),
  };
}

/** Whether anybody takes a run of these definitions. */
async function queueOf(
  { dispatcher }: ControlPlane,
  definitions: Definitions | undefined,
): Promise<RunQueueView | undefined> {
  if (!dispatcher.workers) return undefined;
  const pool = definitions?.pipelines.get(definitions.main)?.pool;
  return { workers: await dispatcher.workers(pool), pool: pool ?? null };
}

function attemptOf({ worker, host, ...attempt }: Attempt): RunAttempt {
  return { ...attempt, worker: worker || null, host: host || null };
}

/** A stage that a parked run waits in. */
function withWait(stage: RunView['stages'][number], { waiting }: Run): RunView['stages'][number] {
  const waits = stage.status === 'running' && waiting?.some(({ path }) => path === stage.path);
  return waits ? { ...stage, status: 'waiting' } : stage;
}
