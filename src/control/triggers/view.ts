import type { TriggerView } from '../../core/api/trigger.ts';
import type { Schedule } from '../../core/schedule/schedule.ts';
import type { StoredTrigger } from '../../store/triggers.ts';
import type { Call } from '../verb.ts';
import { scheduleIn, webhookIn } from './read.ts';

/** Times of a schedule that a list shows. */
const SHOWN = 3;

type ScheduleOf = (cron: string, timezone: string) => Schedule;

/** A trigger as callers see it. The address of a webhook is as good as a key where nothing is signed. */
export function triggerView({ control, caller }: Call, trigger: StoredTrigger, scheduleOf: ScheduleOf): TriggerView {
  const { project, pipeline, id, type, paused, definition, last, last_at, next_at, path } = trigger;
  const state = control.kind === 'org' ? 'inactive' : paused ? 'paused' : 'active';
  const mayCall = caller.scopes.has('admin') || caller.scopes.has('deploy');
  const shared = {
    project,
    pipeline,
    id,
    state,
    last: last === null || last_at === null ? null : { at: last_at, ...last },
  } as const;
  if (type === 'webhook') {
    const { method, signature } = webhookIn(definition);
    const address = mayCall && path !== null && control.kind === 'server' ? `/hooks/${path}` : null;
    const webhook = { type: 'webhook', method, path: address, signature: signature.scheme } as const;
    return { ...shared, ...webhook, cron: null, timezone: null, missed: null, next: [] };
  }
  const schedule = scheduleIn(definition);
  const next = state === 'active' && next_at !== null ? nextTimes(scheduleOf, schedule, next_at) : [];
  return { ...shared, type: 'schedule', ...schedule, next, method: null, path: null, signature: null };
}

function nextTimes(
  scheduleOf: ScheduleOf,
  { cron, timezone }: { readonly cron: string; readonly timezone: string },
  next_at: number,
): number[] {
  const schedule = scheduleOf(cron, timezone);
  const times = [next_at];
  for (let at = schedule.next(next_at); at !== undefined && times.length < SHOWN; at = schedule.next(at))
    times.push(at);
  return times;
}
