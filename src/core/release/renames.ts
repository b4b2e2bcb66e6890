import type { Json } from '../json.ts';
import { meaningText } from './meaning.ts';
import { memberShape, PIPELINE_SHAPE } from './shape.ts';

type Items = ReadonlyMap<string, Readonly<Record<string, Json>>>;

/**
 * Stages that have the same content under another id: old id to new id. Only where one stage that is gone and one that
 * is new come into question; of two equal ones nobody could tell which became which.
 */
export function findRenames(old: Items, current: Items): Map<string, string> {
  const gone = byContent(old, current);
  const renames = new Map<string, string>();
  if (gone.size === 0) return renames;
  for (const [content, ids] of byContent(current, old)) {
    const before = gone.get(content) ?? [];
    const [from, to] = [before[0], ids[0]];
    if (before.length === 1 && ids.length === 1 && from !== undefined && to !== undefined) renames.set(from, to);
  }
  return renames;
}

/** The ids of the stages that the other side does not have, by their content. */
function byContent(stages: Items, others: Items): Map<string, string[]> {
  const shape = memberShape(PIPELINE_SHAPE, 'stages');
  const groups = new Map<string, string[]>();
  for (const [id, stage] of stages) {
    if (others.has(id) || shape.kind !== 'keyed') continue;
    const { id: _, ...content } = stage;
    const text = meaningText(content, shape.item([content]));
    const group = groups.get(text);
    if (group) group.push(id);
    else groups.set(text, [id]);
  }
  return groups;
}
