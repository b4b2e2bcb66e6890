import * as v from 'valibot';
import type { PausedTrigger } from '../../../core/api/trigger.ts';
import { TRIGGER } from '../../schema/trigger.ts';
import { pauseAudit, setPaused } from '../../triggers/pause.ts';
import { change } from '../../verb.ts';

/** Lets a trigger start nothing until it is resumed; what a schedule would have fired meanwhile is not missed. */
export const pauseTrigger = change({
  summary: 'Pause a trigger in this environment',
  scope: 'admin',
  errors: ['NOT_FOUND', 'TRIGGER_AMBIGUOUS'],
  input: v.strictObject({ id: TRIGGER }),
  example: { id: 'report:nightly' },
  apply: (call, { id }): Promise<PausedTrigger> => setPaused(call, id, true),
  audit: (_, trigger) => pauseAudit('triggers.pause', trigger),
});
