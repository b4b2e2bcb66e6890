import { own } from '../../core/json.ts';
import type { PipelineFacts } from '../../core/release/facts.ts';
import type { NewTrigger, StoredTrigger } from '../../store/triggers.ts';

/**
 * The triggers that a release declares. The path of a webhook begins with an id that nobody can guess; one that was there
 * keeps it, so that whoever calls it need not be told at every deployment. `random` makes a new one.
 */
export function triggersOf(
  facts: Iterable<PipelineFacts>,
  before: readonly StoredTrigger[],
  random: () => string,
): NewTrigger[] {
  const hooks = new Map(before.map(({ pipeline, id, path }) => [`${pipeline} ${id}`, path?.split('/')[0]]));
  return [...facts].flatMap(({ name: pipeline, triggers = [] }) =>
    triggers.map((definition): NewTrigger => {
      const id = String(own(definition, 'id'));
      const type = String(own(definition, 'type'));
      if (type !== 'webhook') return { pipeline, id, type, definition };
      const hook = hooks.get(`${pipeline} ${id}`) ?? random();
      return { pipeline, id, type, definition, path: `${hook}/${String(own(definition, 'path'))}` };
    }),
  );
}
