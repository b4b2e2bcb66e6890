import { fail } from '../../core/errors.ts';
import { quote, quoteList } from '../../core/quote.ts';
import { nearest } from '../../core/suggest.ts';
import type { StoreTransaction } from '../../store/store.ts';
import type { StoredTrigger } from '../../store/triggers.ts';
import type { ControlPlane } from '../control.ts';

/** How a trigger is named where its pipeline has to be told, too. */
export function triggerName({ pipeline, id }: Pick<StoredTrigger, 'pipeline' | 'id'>): string {
  return `${pipeline}:${id}`;
}

/**
 * The active trigger that a name means: `PIPELINE:ID`, or an id alone that only one pipeline has. Throws FlowMasonError
 * `NOT_FOUND` with the nearest names, `TRIGGER_AMBIGUOUS`.
 */
export async function requireTrigger(
  { triggers }: Pick<StoreTransaction, 'triggers'>,
  { environment, kind }: Pick<ControlPlane, 'environment' | 'kind'>,
  name: string,
): Promise<StoredTrigger> {
  const colon = name.lastIndexOf(':');
  const pipeline = colon === -1 ? undefined : name.slice(0, colon);
  const found = await triggers.find(environment, name.slice(colon + 1), pipeline);
  const [only, ...others] = found;
  if (only && others.length === 0) return only;
  if (only) {
    const names = found.map(triggerName);
    fail('TRIGGER_AMBIGUOUS', `Several pipelines have a trigger ${quote(name)}: ${quoteList(names)}`, {
      details: { triggers: names },
    });
  }
  const names = (await triggers.list(environment)).map(triggerName);
  const close = nearest(name, [...names, ...names.map((full) => full.slice(full.lastIndexOf(':') + 1))]);
  const there = names.length === 0 ? 'no active release declares one' : `there are ${quoteList(names)}`;
  fail('NOT_FOUND', `There is no trigger ${quote(name)} in ${environment}; ${there}`, {
    hint:
      close === undefined
        ? `fm triggers list${kind === 'org' ? '' : ` --env ${environment}`}`
        : `Did you mean \`${close}\`?`,
    details: { trigger: name, nearest: close ?? null },
  });
}
