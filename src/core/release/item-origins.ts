import { isObject, type Json, own } from '../json.ts';
import { sameJson } from './meaning.ts';

/** Where an item of a new list comes from. */
export interface Origin {
  /** Its place in the old list; undefined when it is new. */
  readonly origin: number | undefined;
  /** It does not stand between the same neighbours any more. */
  readonly moved: boolean;
}

/** For every item of `target` the item of `current` that it was: by id where items have one, else by position. */
export function itemOrigins(current: readonly Json[], target: readonly Json[]): Origin[] {
  const [old, wanted] = [idsOf(current), idsOf(target)];
  return old && wanted ? byId(old, wanted) : byPosition(current, target);
}

function byId(current: readonly string[], target: readonly string[]): Origin[] {
  const places = new Map(current.map((id, i) => [id, i]));
  let last = -1;
  return target.map((id) => {
    const origin = places.get(id);
    const moved = origin !== undefined && origin < last;
    if (origin !== undefined && !moved) last = origin;
    return { origin, moved };
  });
}

/** What is the same at both ends stays; between, one becomes the other as far as there are as many. */
function byPosition(current: readonly Json[], target: readonly Json[]): Origin[] {
  const most = Math.min(current.length, target.length);
  let head = 0;
  while (head < most && sameJson(current[head], target[head])) head++;
  let tail = 0;
  while (tail < most - head && sameJson(current[current.length - 1 - tail], target[target.length - 1 - tail])) tail++;
  return target.map((_, i) => {
    if (i >= target.length - tail) return { origin: i - target.length + current.length, moved: false };
    return { origin: i < head || i < current.length - tail ? i : undefined, moved: false };
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
