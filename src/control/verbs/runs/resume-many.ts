import * as v from 'valibot';
import type { BulkView } from '../../../core/api/run.ts';
import { FlowMasonError } from '../../../core/errors.ts';
import { attempt, selectRuns } from '../../runs/bulk.ts';
import { enqueueDue, enqueueWith } from '../../runs/enqueue.ts';
import { type PlannedResume, planResume } from '../../runs/plan-resume.ts';
import { requireRun } from '../../runs/require-run.ts';
import { LIMIT } from '../../schema/query.ts';
import { FROM, RUN_FILTER, WHICH_RELEASE } from '../../schema/run.ts';
import { change } from '../../verb.ts';

/** Goes on with the runs that a filter selects and that have failed or were cancelled, the newest first. */
export const resumeRuns = change({
  summary: 'Go on with failed and cancelled runs by a filter',
  scope: 'runs:write',
  errors: ['NOT_FOUND'],
  example: { filter: { pipeline: 'etl', version: '1.2.3' }, limit: 100 },
  input: v.strictObject({
    filter: RUN_FILTER,
    from: FROM,
    release: WHICH_RELEASE,
    limit: LIMIT,
    dry_run: v.optional(v.boolean(), false),
  }),
  async prepare({ control }, { filter, limit, from, release }) {
    const selected = await selectRuns(control, filter, ['failed', 'cancelled'], limit);
    const plans = new Map<string, PlannedResume | FlowMasonError>();
    for (const { id } of selected.runs) {
      const run = await requireRun(control.store, control.environment, id);
      plans.set(id, await planResume(control, run, { from, release }).catch(refusal));
    }
    return { ...selected, plans };
  },
  async apply({ tx, control }, { dry_run }, { runs, more, plans }): Promise<BulkView> {
    const done: BulkView['runs'][number][] = [];
    for (const run of runs) {
      const plan = plans.get(run.id);
      done.push(
        await attempt(run, async () => {
          if (plan instanceof FlowMasonError) throw plan;
          if (dry_run || !plan) return run.status;
          await tx.runs.resume(run.id, plan.rewind, plan.release);
          return 'queued';
        }),
      );
    }
    for (const { run_id } of dry_run ? [] : done) await enqueueWith(control, tx, run_id);
    return { dry_run, runs: done, more };
  },
  async after({ control }, _, { dry_run, runs }) {
    for (const { run_id } of dry_run ? [] : runs) await enqueueDue(control, run_id);
  },
});

function refusal(error: unknown): FlowMasonError {
  if (error instanceof FlowMasonError) return error;
  throw error;
}
