import * as v from 'valibot';
import type { RunSummary } from '../../../core/api/run.ts';
import type { Json } from '../../../core/json.ts';
import type { NewRun } from '../../../store/runs.ts';
import { START_ERRORS } from '../../runs/accept.ts';
import { enqueueDue, enqueueWith } from '../../runs/enqueue.ts';
import { summaryOf } from '../../runs/summary.ts';
import { ANY_JSON, bodyJson, NEW_RUN_ID } from '../../schema/run.ts';
import { TRIGGER } from '../../schema/trigger.ts';
import { acceptFiring, type TriggerRoot } from '../../triggers/accept-firing.ts';
import { requireTrigger } from '../../triggers/require-trigger.ts';
import { change } from '../../verb.ts';

const TEXTS = v.record(v.pipe(v.string(), v.maxLength(200)), v.string());

/** Starts the run that a trigger would start now, whether it is paused or not. A webhook is given what a call would bring. */
export const fireTrigger = change({
  summary: 'Start the run that a trigger would start now',
  scope: 'runs:write',
  status: 202,
  errors: [...START_ERRORS, 'TRIGGER_AMBIGUOUS', 'EXPRESSION', 'CONFIGURATION', 'ALREADY_EXISTS', 'QUEUE_FULL'],
  input: v.strictObject({
    id: TRIGGER,
    /** `trigger.body`, `trigger.headers` and `trigger.query` of a webhook. */
    body: v.optional(ANY_JSON, null),
    headers: v.optional(TEXTS, {}),
    query: v.optional(TEXTS, {}),
    run_id: v.optional(NEW_RUN_ID),
  }),
  example: { id: 'orders:paid', body: { order: 7 } },
  async prepare({ control, caller }, { id, body, headers, query, run_id }): Promise<NewRun> {
    await control.room?.require();
    const trigger = await requireTrigger(control.store, control, id);
    const root: TriggerRoot =
      trigger.type === 'webhook'
        ? { body: bodyJson(body), headers: lowerCase(headers), query: query as Record<string, Json> }
        : { scheduled_at: new Date(await control.store.health.time()).toISOString() };
    return acceptFiring(control, trigger, root, { actor: caller.actor, run_id });
  },
  async apply({ tx, control }, _, run): Promise<RunSummary> {
    const created = await tx.runs.create(run);
    await enqueueWith(control, tx, run.id);
    return summaryOf(created, control.clock.now());
  },
  after: ({ control }, _, { run_id }) => enqueueDue(control, run_id),
});

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
