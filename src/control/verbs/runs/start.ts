import * as v from 'valibot';
import type { StartedRun } from '../../../core/api/run.ts';
import { fail } from '../../../core/errors.ts';
import { DIGEST_TEXT } from '../../../core/release/manifest-schema.ts';
import type { NewRun } from '../../../store/runs.ts';
import { acceptRun, START_ERRORS } from '../../runs/accept.ts';
import { untilEnded } from '../../runs/changes.ts';
import { createAndEnqueue, enqueueDue } from '../../runs/enqueue.ts';
import { findPipeline } from '../../runs/find-pipeline.ts';
import { summaryOf } from '../../runs/summary.ts';
import { viewRun } from '../../runs/view.ts';
import { whole } from '../../schema/query.ts';
import { ANY_JSON, bodyJson, DRY_RUN, NEW_RUN_ID, PIPELINE, VERSION, WAIT } from '../../schema/run.ts';
import { change } from '../../verb.ts';

/** Accepts a run of what is deployed; it is executed by whoever executes runs here. */
export const startRun = change({
  summary: 'Start a run of a pipeline',
  scope: 'runs:write',
  errors: [...START_ERRORS, 'ALREADY_EXISTS', 'QUEUE_FULL'],
  example: { name: 'etl', input: { day: '2026-01-31' }, wait: '30s' },
  status: 202,
  input: v.strictObject({
    name: PIPELINE,
    input: v.optional(ANY_JSON, {}),
    version: v.optional(VERSION),
    release: v.optional(DIGEST_TEXT),
    priority: v.optional(whole(0, 9)),
    run_id: v.optional(NEW_RUN_ID),
    wait: v.optional(WAIT),
    dry_run: DRY_RUN,
  }),
  repeatable: ({ dry_run }) => dry_run,
  async prepare(call, { name, version, release, input, run_id, priority }): Promise<NewRun> {
    await call.control.room?.require();
    if (run_id !== undefined && (await call.control.store.runs.state(run_id))) {
      fail('ALREADY_EXISTS', `There is a run ${run_id} already`, { hint: `fm runs show ${run_id}` });
    }
    const pipeline = findPipeline(call.control, name, { version, release });
    return acceptRun(call, pipeline, { input: bodyJson(input), run_id, priority });
  },
  async apply({ tx, control }, { dry_run }, run): Promise<StartedRun> {
    const created = await (dry_run ? tx.runs.preview(run) : createAndEnqueue(control, tx, run));
    return summaryOf(created, control.clock.now());
  },
  lone: ({ control }, { dry_run }, run) =>
    dry_run ? undefined : control.dispatcher.accept?.(run).then((created) => summaryOf(created, control.clock.now())),
  after: async ({ control }, { dry_run }, { run_id }) => (dry_run ? undefined : enqueueDue(control, run_id)),
  async answer(call, { wait, dry_run }, started) {
    if (wait === undefined || dry_run) return started;
    await untilEnded(call.control, started.run_id, wait);
    return viewRun(call, started.run_id);
  },
});
