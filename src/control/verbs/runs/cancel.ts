import * as v from 'valibot';
import type { RunSummary } from '../../../core/api/run.ts';
import { enqueueDue, enqueueWith } from '../../runs/enqueue.ts';
import { requireRun } from '../../runs/require-run.ts';
import { summaryOf } from '../../runs/summary.ts';
import { DRY_RUN, RUN } from '../../schema/run.ts';
import { change } from '../../verb.ts';

/** Ends a run: at once when it has not begun, else after its `finally` stages. One that has ended stays as it is. */
export const cancelRun = change({
  summary: 'Cancel a run',
  scope: 'runs:write',
  errors: ['NOT_FOUND', 'CHANGED_MEANWHILE'],
  example: { id: '0198f3c2', dry_run: true },
  input: v.strictObject({ id: RUN, dry_run: DRY_RUN }),
  repeatable: ({ dry_run }) => dry_run,
  async apply({ tx, control }, { id, dry_run }): Promise<RunSummary> {
    const run = await requireRun(tx, control.environment, id);
    if (dry_run) return summaryOf(run, control.clock.now());
    await tx.runs.cancel(id);
    await enqueueWith(control, tx, id);
    return summaryOf(await requireRun(tx, control.environment, id), control.clock.now());
  },
  after: async ({ control }, { id, dry_run }) => (dry_run ? undefined : enqueueDue(control, id)),
});
