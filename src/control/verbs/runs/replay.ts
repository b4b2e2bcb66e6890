import * as v from 'valibot';
import type { RunSummary } from '../../../core/api/run.ts';
import type { NewRun } from '../../../store/runs.ts';
import { START_ERRORS } from '../../runs/accept.ts';
import { createAndEnqueue, enqueueDue } from '../../runs/enqueue.ts';
import { replayOf } from '../../runs/replay.ts';
import { requireRun } from '../../runs/require-run.ts';
import { summaryOf } from '../../runs/summary.ts';
import { ANY_JSON, DRY_RUN, RUN, SET, WHICH_RELEASE } from '../../schema/run.ts';
import { change } from '../../verb.ts';

/** Starts a run anew: the same pipeline with the recorded input, or one that was changed. */
export const replayRun = change({
  summary: 'Start a new run with the input of an earlier one',
  scope: 'runs:write',
  errors: [...START_ERRORS, 'QUEUE_FULL'],
  example: { id: '0198f3c2', set: { 'user.name': 'Ada' }, release: 'active' },
  status: 202,
  input: v.strictObject({
    id: RUN,
    input: v.optional(ANY_JSON),
    set: SET,
    release: WHICH_RELEASE,
    dry_run: DRY_RUN,
  }),
  repeatable: ({ dry_run }) => dry_run,
  async prepare(call, { id, ...changes }): Promise<NewRun> {
    const { control } = call;
    await control.room?.require();
    return replayOf(call, await requireRun(control.store, control.environment, id), changes);
  },
  async apply({ tx, control }, { dry_run }, run): Promise<RunSummary> {
    const created = await (dry_run ? tx.runs.preview(run) : createAndEnqueue(control, tx, run));
    return summaryOf(created, control.clock.now());
  },
  after: async ({ control }, { dry_run }, { run_id }) => (dry_run ? undefined : enqueueDue(control, run_id)),
});
