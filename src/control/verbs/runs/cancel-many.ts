import * as v from 'valibot';
import type { BulkView } from '../../../core/api/run.ts';
import { attempt, type BulkRun, selectRuns } from '../../runs/bulk.ts';
import { enqueueDue, enqueueWith } from '../../runs/enqueue.ts';
import { BULK } from '../../schema/run.ts';
import { change } from '../../verb.ts';

/** Cancels the runs that a filter selects and that have not ended, the newest first. */
export const cancelRuns = change({
  summary: 'Cancel runs by a filter, a page at a time',
  scope: 'runs:write',
  errors: ['USAGE'],
  example: { filter: { pipeline: 'etl', status: ['queued'] }, dry_run: true },
  input: v.strictObject(BULK),
  repeatable: ({ dry_run }) => dry_run,
  prepare: ({ control }, page) => selectRuns(control, page, { status: ['queued', 'running', 'waiting'] }),
  async apply({ tx, control }, { dry_run }, { runs, ...page }): Promise<BulkView> {
    const done: BulkRun[] = [];
    for (const run of runs)
      done.push(await attempt(run, async () => ({ status: dry_run ? run.status : await cancelled(run.id) })));
    for (const { run_id } of dry_run ? [] : done) await enqueueWith(control, tx, run_id);
    return { dry_run, runs: done, ...page };

    async function cancelled(id: string): Promise<BulkRun['status']> {
      return (await tx.runs.cancel(id)).status;
    }
  },
  async after({ control }, _, { dry_run, runs }) {
    for (const { run_id } of dry_run ? [] : runs) await enqueueDue(control, run_id);
  },
});
