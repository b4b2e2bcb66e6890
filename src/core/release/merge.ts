import type { JsonObject } from '../json.ts';
import { type Definition, definitionJson } from './definition-json.ts';
import { type Choose, type Conflict, Merger, type Side } from './merge-values.ts';
import { PIPELINE_SHAPE } from './shape.ts';

export interface Merged {
  /** Always whole: where there are conflicts it has what was chosen for them. To be checked like any file. */
  readonly merged: JsonObject;
  /** Empty when everything went together. In the order of the definition. */
  readonly conflicts: readonly Conflict[];
}

/**
 * Puts together what two sides made of one definition, stage by stage and key by key; what only one side changed is
 * taken from it. A stage that is deleted here and changed there, two stages of one id, and a value that both changed
 * differently are conflicts. `choose` decides them: `ours` unless it says otherwise, `mark` writes
 * `{"$conflict": {base, ours, theirs}}` in place, which `fm validate` refuses. Without a base both sides are additions:
 * what is the same or only on one side goes together, the rest is a conflict.
 *
 * Stages stand as in ours, with theirs' additions after the neighbour that they follow in theirs. What the sides mean
 * together is not judged: two of them may each be right and the result have, say, a stage that names one that is gone.
 */
export function mergePipelines(
  base: Definition | undefined,
  ours: Definition,
  theirs: Definition,
  choose: Choose | Side | 'mark' = 'ours',
): Merged {
  const merger = new Merger(typeof choose === 'string' ? () => choose : choose);
  const sides = { base: base && definitionJson(base), ours: definitionJson(ours), theirs: definitionJson(theirs) };
  // Two objects give an object, also where they conflict.
  const merged = merger.merge(sides, PIPELINE_SHAPE) as JsonObject;
  return { merged, conflicts: merger.conflicts };
}
