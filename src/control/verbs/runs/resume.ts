import * as v from 'valibot';
import type { ResumedView } from '../../../core/api/run.ts';
import { enqueueDue, enqueueWith } from '../../runs/enqueue.ts';
import { planResume, RESUME_ERRORS } from '../../runs/plan-resume.ts';
import { requireRun } from '../../runs/require-run.ts';
import { summaryOf } from '../../runs/summary.ts';
import { DRY_RUN, FROM, RUN, WHICH_RELEASE } from '../../schema/run.ts';
import { change } from '../../verb.ts';

/** Goes on with a run that has ended: what it has recorded does not run again. */
export const resumeRun = change({
  summary: 'Go on with a run that has failed or was cancelled, or from a stage',
  scope: 'runs:write',
  errors: RESUME_ERRORS,
  example: { id: '0198f3c2', from: ['load'] },
  input: v.strictObject({ id: RUN, from: FROM, release: WHICH_RELEASE, dry_run: DRY_RUN }),
  repeatable: ({ dry_run }) => dry_run,
  async prepare({ control }, { id, from, release }) {
    const run = await requireRun(control.store, control.environment, id);
    return planResume(control, run, { from, release });
  },
  async apply({ tx, control }, { id, dry_run }, { rewind, release, again }): Promise<ResumedView> {
    if (!dry_run) {
      await tx.runs.resume(id, rewind, release);
      await enqueueWith(control, tx, id);
    }
    const run = await requireRun(tx, control.environment, id);
    return { ...summaryOf(dry_run ? { ...run, ...release } : run, control.clock.now()), again };
  },
  after: async ({ control }, { id, dry_run }) => (dry_run ? undefined : enqueueDue(control, id)),
});
