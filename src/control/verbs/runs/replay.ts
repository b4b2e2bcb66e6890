import * as v from 'valibot';
import type { RunSummary } from '../../../core/api/run.ts';
import { fail } from '../../../core/errors.ts';
import type { Json } from '../../../core/json.ts';
import { quote } from '../../../core/quote.ts';
import { setAt } from '../../../core/set-at.ts';
import type { NewRun } from '../../../store/runs.ts';
import { acceptRun } from '../../runs/accept.ts';
import { enqueueDue, enqueueNew } from '../../runs/enqueue.ts';
import { findPipeline } from '../../runs/find-pipeline.ts';
import { requireRun } from '../../runs/require-run.ts';
import { summaryOf } from '../../runs/summary.ts';
import { ANY_JSON, bodyJson, RUN, WHICH_RELEASE } from '../../schema/run.ts';
import { change } from '../../verb.ts';

const PLACE = v.pipe(v.string(), v.minLength(1), v.maxLength(1_000));

/** Starts a run anew: the same pipeline with the recorded input, or one that was changed. */
export const replayRun = change({
  summary: 'Start a new run with the input of an earlier one',
  scope: 'runs:write',
  status: 202,
  input: v.strictObject({
    id: RUN,
    input: v.optional(ANY_JSON),
    /** By place in the input, e.g. `user.name`. */
    set: v.optional(v.record(PLACE, ANY_JSON), {}),
    release: WHICH_RELEASE,
  }),
  async prepare(call, { id, input, set, release }): Promise<NewRun> {
    const { control } = call;
    const run = await requireRun(control.store, control.environment, id);
    const wanted = release === 'same' ? { release: run.release } : {};
    const pipeline = await findPipeline(control, run.pipeline, wanted);
    const changed = withSet(input === undefined ? run.input : bodyJson(input), set);
    return acceptRun(call, pipeline, { input: changed, priority: run.priority, trigger: `replay:${id}` });
  },
  async apply({ tx, control }, _, run): Promise<RunSummary> {
    const created = await tx.runs.create(run);
    await enqueueNew(control, tx, created);
    return summaryOf(created, control.clock.now());
  },
  after: ({ control }, _, { run_id }) => enqueueDue(control, run_id),
});

function withSet(input: Json, set: Readonly<Record<string, unknown>>): Json {
  let value = input;
  for (const [place, member] of Object.entries(set)) {
    const keys = place.split('.');
    if (keys.some((key) => key === '' || key === '__proto__')) {
      fail('REQUEST_INVALID', `set: Expected a place such as user.name, found ${quote(place)}`);
    }
    value = setAt(value, keys, bodyJson(member), { what: `set ${quote(place)}` });
  }
  return value;
}
