import * as v from 'valibot';
import { AT, AT_OR_NULL, list, NEXT, said, shape, TEXT_OR_NULL } from './shape.ts';

/** What crosses the wire about triggers (DEPLOYMENT.md 5). Times in epoch milliseconds. */

const FIRING_ERROR = said(v.nullable(shape({ code: v.string(), message: v.string() })), 'Why no run was started');

export const LAST_FIRING_VIEW = shape({
  at: AT,
  scheduled_at: said(AT_OR_NULL, 'The time of the schedule that it fired for'),
  run_id: TEXT_OR_NULL,
  error: FIRING_ERROR,
});
export type LastFiringView = v.InferOutput<typeof LAST_FIRING_VIEW>;

const TRIGGER = {
  project: v.string(),
  pipeline: v.string(),
  id: said(v.string(), 'Unique in its pipeline: `PIPELINE:ID` names it'),
  type: v.picklist(['schedule', 'webhook']),
  state: said(v.picklist(['active', 'paused', 'inactive']), '`inactive`: nothing starts by itself in a local org'),
  cron: said(TEXT_OR_NULL, 'Of a schedule'),
  timezone: TEXT_OR_NULL,
  missed: said(v.nullable(v.picklist(['skip', 'once', 'all'])), 'What becomes of times that nobody fired'),
  next: said(list(AT), 'The next times of a schedule that is active'),
  method: said(TEXT_OR_NULL, 'Of a webhook'),
  path: said(TEXT_OR_NULL, 'Its address, which begins with `/hooks/`; null for who may not deploy'),
  signature: said(TEXT_OR_NULL, 'The scheme of its signature'),
  last: said(v.nullable(LAST_FIRING_VIEW), 'The last time that it fired; a webhook’s is as exact as a second'),
};

/** What starts runs of a pipeline by itself. */
export const TRIGGER_VIEW = shape(TRIGGER);
export type TriggerView = v.InferOutput<typeof TRIGGER_VIEW>;

export const TRIGGER_LIST = shape({ triggers: list(TRIGGER_VIEW), next: NEXT });
export type TriggerList = v.InferOutput<typeof TRIGGER_LIST>;

/** A trigger that was paused, or goes on. */
export const PAUSED_TRIGGER = shape({ ...TRIGGER, changed: said(v.boolean(), 'False: it was so before') });
export type PausedTrigger = v.InferOutput<typeof PAUSED_TRIGGER>;

/** One time of a schedule that a backfill makes up for. */
export const BACKFILL_ENTRY = shape({
  scheduled_at: AT,
  state: said(
    v.picklist(['planned', 'started', 'there', 'failed']),
    '`planned` is what a dry run would start; `there`: a run for this time was started before',
  ),
  run_id: TEXT_OR_NULL,
  error: FIRING_ERROR,
});
export type BackfillEntry = v.InferOutput<typeof BACKFILL_ENTRY>;

export const BACKFILL_VIEW = shape({ trigger: v.string(), times: list(BACKFILL_ENTRY) });
export type BackfillView = v.InferOutput<typeof BACKFILL_VIEW>;
