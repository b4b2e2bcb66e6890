import * as v from 'valibot';
import type { BulkView } from '../../../core/api/run.ts';
import { attempt, selectRuns } from '../../runs/bulk.ts';
import { enqueueDue, enqueueWith } from '../../runs/enqueue.ts';
import { LIMIT } from '../../schema/query.ts';
import { RUN_FILTER } from '../../schema/run.ts';
import { change } from '../../verb.ts';

/** Cancels the runs that a filter selects and that have not ended, the newest first. */
export const cancelRuns = change({
  summary: 'Cancel runs by a filter',
  scope: 'runs:write',
  example: { filter: { pipeline: 'etl', status: ['queued'] }, dry_run: true },
  input: v.strictObject({ filter: RUN_FILTER, limit: LIMIT, dry_run: v.optional(v.boolean(), false) }),
  prepare: ({ control }, { filter, limit }) => selectRuns(control, filter, ['queued', 'running', 'waiting'], limit),
  async apply({ tx, control }, { dry_run }, { runs, more }): Promise<BulkView> {
    const done: BulkView['runs'][number][] = [];
    for (const run of runs) {
      done.push(await attempt(run, async () => (dry_run ? run : await tx.runs.cancel(run.id)).status));
    }
    for (const { run_id } of dry_run ? [] : done) await enqueueWith(control, tx, run_id);
    return { dry_run, runs: done, more };
  },
  async after({ control }, _, { dry_run, runs }) {
    for (const { run_id } of dry_run ? [] : runs) await enqueueDue(control, run_id);
  },
});
