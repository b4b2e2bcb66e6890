import * as v from 'valibot';
import type { RunSummary } from '../../../core/api/run.ts';
import { enqueueDue, enqueueWith } from '../../runs/enqueue.ts';
import { requireRun } from '../../runs/require-run.ts';
import { summaryOf } from '../../runs/summary.ts';
import { RUN } from '../../schema/run.ts';
import { change } from '../../verb.ts';

/** Ends a run: at once when it has not begun, else after its `finally` stages. One that has ended stays as it is. */
export const cancelRun = change({
  summary: 'Cancel a run',
  scope: 'runs:write',
  errors: ['NOT_FOUND', 'CHANGED_MEANWHILE'],
  input: v.strictObject({ id: RUN }),
  async apply({ tx, control }, { id }): Promise<RunSummary> {
    await requireRun(tx, control.environment, id);
    await tx.runs.cancel(id);
    await enqueueWith(control, tx, id);
    return summaryOf(await requireRun(tx, control.environment, id), control.clock.now());
  },
  after: ({ control }, { id }) => enqueueDue(control, id),
});
