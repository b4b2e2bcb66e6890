import * as v from 'valibot';
import type { PausedTrigger } from '../../../core/api/trigger.ts';
import { TRIGGER } from '../../schema/trigger.ts';
import { pauseAudit, setPaused } from '../../triggers/pause.ts';
import { change } from '../../verb.ts';

/** Lets a paused trigger start runs again, from now on. */
export const resumeTrigger = change({
  summary: 'Let a paused trigger start runs again',
  scope: 'admin',
  errors: ['NOT_FOUND', 'TRIGGER_AMBIGUOUS'],
  input: v.strictObject({ id: TRIGGER }),
  example: { id: 'report:nightly' },
  apply: (call, { id }): Promise<PausedTrigger> => setPaused(call, id, false),
  audit: (_, trigger) => pauseAudit('triggers.resume', trigger),
});
