import * as v from 'valibot';
import type { BulkView } from '../../../core/api/run.ts';
import { FlowMasonError } from '../../../core/errors.ts';
import { attempt, type BulkRun, refusal, selectRuns } from '../../runs/bulk.ts';
import { enqueueDue, enqueueWith } from '../../runs/enqueue.ts';
import { type PlannedResume, resumePlanner } from '../../runs/plan-resume.ts';
import { requireRun } from '../../runs/require-run.ts';
import { BULK, FROM, WHICH_RELEASE } from '../../schema/run.ts';
import { change } from '../../verb.ts';

/** Goes on with the runs that a filter selects and that have failed or were cancelled, the newest first. */
export const resumeRuns = change({
  summary: 'Go on with failed and cancelled runs by a filter, a page at a time',
  scope: 'runs:write',
  errors: ['NOT_FOUND', 'USAGE'],
  example: { filter: { pipeline: 'etl', version: '1.2.3' }, limit: 100 },
  input: v.strictObject({ ...BULK, from: FROM, release: WHICH_RELEASE }),
  repeatable: ({ dry_run }) => dry_run,
  async prepare({ control }, { from, release, ...page }) {
    const selected = await selectRuns(control, page, { status: ['failed', 'cancelled'] });
    const plan = resumePlanner(control, { from, release });
    const plans = new Map<string, PlannedResume | FlowMasonError>();
    for (const { id } of selected.runs) {
      const run = await requireRun(control.store, control.environment, id);
      plans.set(id, await plan(run).catch(refusal));
    }
    return { ...selected, plans };
  },
  async apply({ tx, control }, { dry_run }, { runs, plans, ...page }): Promise<BulkView> {
    const done: BulkRun[] = [];
    for (const run of runs) {
      const plan = plans.get(run.id);
      done.push(
        await attempt(run, async () => {
          if (plan instanceof FlowMasonError) throw plan;
          if (dry_run || !plan) return { status: run.status };
          await tx.runs.resume(run.id, plan.rewind, plan.release);
          return { status: 'queued' };
        }),
      );
    }
    for (const { run_id } of dry_run ? [] : done) await enqueueWith(control, tx, run_id);
    return { dry_run, runs: done, ...page };
  },
  async after({ control }, _, { dry_run, runs }) {
    for (const { run_id } of dry_run ? [] : runs) await enqueueDue(control, run_id);
  },
});
