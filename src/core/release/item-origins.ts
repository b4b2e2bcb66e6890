import { isObject, type Json, own } from '../json.ts';
import { sameJson } from './meaning.ts';

/**
 * For every item of `target` the place in `current` of the item that it was, undefined for a new one: by id where items
 * have one, else by position.
 */
export function itemOrigins(current: readonly Json[], target: readonly Json[]): (number | undefined)[] {
  const [old, wanted] = [idsOf(current), idsOf(target)];
  if (!old || !wanted) return byPosition(current, target);
  const places = new Map(old.map((id, i) => [id, i]));
  return wanted.map((id) => places.get(id));
}

/** What is the same at both ends stays; between, one becomes the other as far as there are as many. */
function byPosition(current: readonly Json[], target: readonly Json[]): (number | undefined)[] {
  const most = Math.min(current.length, target.length);
  let head = 0;
  while (head < most && sameJson(current[head], target[head])) head++;
  let tail = 0;
  while (tail < most - head && sameJson(current[current.length - 1 - tail], target[target.length - 1 - tail])) tail++;
  return target.map((_, i) => {
    if (i >= target.length - tail) return i - target.length + current.length;
    return i < current.length - tail ? i : undefined;
  });
}

/** The ids of objects, also of conflicts between objects that have one; undefined when not all have their own. */
function idsOf(list: readonly Json[]): string[] | undefined {
  const ids = list.map((item) => idOf(item) ?? idOf(conflictOf(item)));
  const known = ids.filter((id) => id !== undefined);
  return known.length === list.length && new Set(known).size === known.length ? known : undefined;
}

function idOf(item: unknown): string | undefined {
  const id = isObject(item) ? own(item, 'id') : undefined;
  return typeof id === 'string' ? id : undefined;
}

/** A side of what `mergePipelines` marks as a conflict. */
function conflictOf(item: Json): unknown {
  const sides = isObject(item) ? own(item, '$conflict') : undefined;
  return isObject(sides) ? (own(sides, 'ours') ?? own(sides, 'theirs')) : undefined;
}
