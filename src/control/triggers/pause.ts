import type { PausedTrigger } from '../../core/api/trigger.ts';
import type { AuditEntry } from '../../store/audit.ts';
import type { StoreTransaction } from '../../store/store.ts';
import type { Call } from '../verb.ts';
import { scheduleIn } from './read.ts';
import { requireTrigger, triggerName } from './require-trigger.ts';
import { triggerView } from './view.ts';

/**
 * Pauses a trigger of the environment, or lets it go on: releases that come later do not change that. A schedule that goes
 * on begins now; what it missed is not made up for. Throws FlowMasonError `NOT_FOUND`, `TRIGGER_AMBIGUOUS`.
 */
export async function setPaused(
  call: Call & { readonly tx: StoreTransaction },
  name: string,
  paused: boolean,
): Promise<PausedTrigger> {
  const { control, tx } = call;
  const trigger = await requireTrigger(tx, control, name);
  const { scheduleOf } = await import('../../core/schedule/schedule.ts');
  const next = async (): Promise<number | null> => {
    if (trigger.type !== 'schedule') return null;
    const { cron, timezone } = scheduleIn(trigger.definition);
    return scheduleOf(cron, timezone).next(await tx.health.time()) ?? null;
  };
  await tx.audit.alone();
  const changed = paused ? await tx.triggers.pause(trigger) : await tx.triggers.resume(trigger, await next());
  return { ...triggerView(call, await requireTrigger(tx, control, triggerName(trigger)), scheduleOf), changed };
}

export function pauseAudit(
  action: string,
  { project, pipeline, id, changed }: PausedTrigger,
): Omit<AuditEntry, 'actor'> | null {
  if (!changed) return null;
  return { action, target: `${project}/${triggerName({ pipeline, id })}`, details: {} };
}
