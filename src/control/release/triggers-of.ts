import { type JsonObject, own } from '../../core/json.ts';
import type { PipelineFacts } from '../../core/release/facts.ts';
import type { NewTrigger, StoredTrigger } from '../../store/triggers.ts';
import { hookOf, isSameSchedule, scheduleIn } from '../triggers/read.ts';

export interface TriggerPlace {
  /** Those of the project, also those that were there once. */
  readonly before: readonly StoredTrigger[];
  /** Makes the part of a webhook's address that nobody can guess. */
  readonly random: () => string;
  /** When a schedule that begins now is due first, epoch milliseconds; null: never. */
  readonly first: (cron: string, timezone: string) => number | null;
}

/**
 * The triggers that a release declares. A webhook keeps its address for ever, so that whoever calls it need not be told at
 * every deployment. A schedule that is new or another one begins now; one that stays the same goes on as it was.
 */
export function triggersOf(facts: Iterable<PipelineFacts>, place: TriggerPlace): NewTrigger[] {
  const known = new Map(place.before.map((row) => [`${row.pipeline} ${row.id}`, row]));
  return [...facts].flatMap(({ name: pipeline, triggers = [] }) =>
    triggers.map((definition): NewTrigger => {
      const id = String(own(definition, 'id'));
      const type = String(own(definition, 'type'));
      const old = known.get(`${pipeline} ${id}`);
      const trigger = { pipeline, id, type, definition, path: old?.path ?? null };
      if (type !== 'webhook') return { ...trigger, next_at: dueAt(definition, old, place) };
      const hook = (old && hookOf(old)) ?? place.random();
      return { ...trigger, path: `${hook}/${String(own(definition, 'path'))}`, next_at: null };
    }),
  );
}

function dueAt(definition: JsonObject, old: StoredTrigger | undefined, { first }: TriggerPlace): number | null {
  if (old?.active && old.next_at !== null && isSameSchedule(old.definition, definition)) return old.next_at;
  const { cron, timezone } = scheduleIn(definition);
  return first(cron, timezone);
}
