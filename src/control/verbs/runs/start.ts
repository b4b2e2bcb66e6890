import * as v from 'valibot';
import type { RunSummary, RunView } from '../../../core/api/run.ts';
import { fail } from '../../../core/errors.ts';
import { DIGEST_TEXT } from '../../../core/release/manifest-schema.ts';
import type { NewRun } from '../../../store/runs.ts';
import { acceptRun } from '../../runs/accept.ts';
import { untilEnded } from '../../runs/changes.ts';
import { enqueueDue, enqueueNew } from '../../runs/enqueue.ts';
import { findPipeline } from '../../runs/find-pipeline.ts';
import { summaryOf } from '../../runs/summary.ts';
import { viewRun } from '../../runs/view.ts';
import { whole } from '../../schema/query.ts';
import { ANY_JSON, bodyJson, NEW_RUN_ID, PIPELINE, VERSION, WAIT } from '../../schema/run.ts';
import { change } from '../../verb.ts';

/** Accepts a run of what is deployed; it is executed by whoever executes runs here. */
export const startRun = change({
  summary: 'Start a run of a pipeline',
  scope: 'runs:write',
  status: 202,
  input: v.strictObject({
    name: PIPELINE,
    input: v.optional(ANY_JSON, {}),
    version: v.optional(VERSION),
    release: v.optional(DIGEST_TEXT),
    priority: v.optional(whole(0, 100)),
    run_id: v.optional(NEW_RUN_ID),
    wait: v.optional(WAIT),
  }),
  async prepare(call, { name, version, release, input, run_id, priority }): Promise<NewRun> {
    if (run_id !== undefined && (await call.control.store.runs.state(run_id))) {
      fail('ALREADY_EXISTS', `There is a run ${run_id} already`, { hint: `fm runs show ${run_id}` });
    }
    const pipeline = await findPipeline(call.control, name, { version, release });
    return acceptRun(call, pipeline, { input: bodyJson(input), run_id, priority });
  },
  async apply({ tx, control }, _, run): Promise<RunSummary | RunView> {
    const created = await tx.runs.create(run);
    await enqueueNew(control, tx, created);
    return summaryOf(created, control.clock.now());
  },
  after: ({ control }, _, { run_id }) => enqueueDue(control, run_id),
  async answer(call, { wait }, started) {
    if (wait === undefined) return started;
    await untilEnded(call.control, started.run_id, wait);
    return viewRun(call, started.run_id);
  },
});
