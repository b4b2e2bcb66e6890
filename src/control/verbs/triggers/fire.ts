import * as v from 'valibot';
import type { RunSummary } from '../../../core/api/run.ts';
import { FlowMasonError, fail } from '../../../core/errors.ts';
import type { Json } from '../../../core/json.ts';
import type { NewRun } from '../../../store/runs.ts';
import type { StoredTrigger } from '../../../store/triggers.ts';
import { START_ERRORS } from '../../runs/accept.ts';
import { createAndEnqueue, enqueueDue } from '../../runs/enqueue.ts';
import { summaryOf } from '../../runs/summary.ts';
import { ANY_JSON, bodyJson, DRY_RUN, NEW_RUN_ID } from '../../schema/run.ts';
import { TRIGGER } from '../../schema/trigger.ts';
import { acceptFiring, type TriggerRoot } from '../../triggers/accept-firing.ts';
import { requireTrigger, triggerName } from '../../triggers/require-trigger.ts';
import { change } from '../../verb.ts';

const TEXTS = v.record(v.pipe(v.string(), v.maxLength(200)), v.string());

/**
 * Starts the run that a trigger would start now, whether it is paused or not. A webhook is given what a call would bring.
 * A trial checks all of it, and starts nothing.
 */
export const fireTrigger = change({
  summary: 'Start the run that a trigger would start now',
  scope: 'runs:write',
  status: 202,
  errors: [...START_ERRORS, 'TRIGGER_AMBIGUOUS', 'EXPRESSION', 'CONFIGURATION', 'ALREADY_EXISTS', 'QUEUE_FULL'],
  input: v.strictObject({
    id: TRIGGER,
    /** `trigger.body`, `trigger.headers` and `trigger.query` of a webhook. */
    body: v.optional(ANY_JSON),
    headers: v.optional(TEXTS),
    query: v.optional(TEXTS),
    run_id: v.optional(NEW_RUN_ID),
    dry_run: DRY_RUN,
  }),
  example: { id: 'orders:paid', body: { order: 7 } },
  repeatable: ({ dry_run }) => dry_run,
  async prepare({ control, caller }, { id, run_id, ...brought }): Promise<NewRun> {
    await control.room?.require();
    const trigger = await requireTrigger(control.store, control, id);
    const root: TriggerRoot =
      trigger.type === 'webhook'
        ? calledWith(brought)
        : { scheduled_at: await timeOf(control.store.health, trigger, brought) };
    try {
      return await acceptFiring(control, trigger, root, { actor: caller.actor, run_id });
    } catch (error) {
      throw explained(error, trigger);
    }
  },
  async apply({ tx, control }, { dry_run }, run): Promise<RunSummary> {
    const created = await (dry_run ? tx.runs.preview(run) : createAndEnqueue(control, tx, run));
    return summaryOf(created, control.clock.now());
  },
  after: async ({ control }, { dry_run }, { run_id }) => (dry_run ? undefined : enqueueDue(control, run_id)),
});

interface Brought {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
}

function calledWith({ body = null, headers = {}, query = {} }: Brought): TriggerRoot {
  return { body: bodyJson(body), headers: lowerCase(headers), query: query as Record<string, Json> };
}

/** The present time. Throws FlowMasonError `USAGE` for what a schedule would not look at. */
async function timeOf(
  health: { time(): Promise<number> },
  trigger: StoredTrigger,
  { body, headers, query }: Brought,
): Promise<string> {
  if (body !== undefined || headers !== undefined || query !== undefined) {
    const name = triggerName(trigger);
    fail('USAGE', `${name} is a schedule, and only webhooks are brought a body, headers and a query`, {
      hint: `fm triggers fire ${name}`,
    });
  }
  return new Date(await health.time()).toISOString();
}

/** An input that does not fit was not typed as one here. */
function explained(error: unknown, { type, pipeline, id }: StoredTrigger): unknown {
  if (!(error instanceof FlowMasonError) || error.code !== 'VALIDATION') return error;
  const hint =
    type === 'webhook'
      ? `fm triggers fire ${triggerName({ pipeline, id })} --body '{…}'`
      : `The trigger's own input makes it; fm show ${pipeline} prints what the pipeline takes`;
  return new FlowMasonError(error.code, error.message, { hint, details: error.details, cause: error });
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
