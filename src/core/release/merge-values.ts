import { isObject, type Json, type JsonObject, type JsonPath, own } from '../json.ts';
import { sameJson, sameMeaning, uniqueItems } from './meaning.ts';
import { mergeOrder } from './merge-order.ts';
import { keyedItems, memberShape, type Shape, setItems } from './shape.ts';

export type Side = 'ours' | 'theirs';

/** Something that both sides changed, and not in the same way. A side that is absent has nothing there. */
export interface Conflict {
  /** Stages and triggers by id: `["stages", "fetch", "config", "url"]`. */
  readonly path: JsonPath;
  /** The id of the stage that it is in, or is about. */
  readonly stage?: string;
  readonly base?: Json;
  readonly ours?: Json;
  readonly theirs?: Json;
}

/** What becomes of a conflict. */
export type Choose = (conflict: Conflict) => Side | 'mark';

/** A value on three sides; undefined where it is absent. */
interface Sides {
  readonly base: Json | undefined;
  readonly ours: Json | undefined;
  readonly theirs: Json | undefined;
}

const NAMES = ['base', 'ours', 'theirs'] as const;

/** Three-way merge of JSON by what its places mean (`shape.ts`). */
export class Merger {
  readonly conflicts: Conflict[] = [];
  readonly #choose: Choose;

  constructor(choose: Choose) {
    this.#choose = choose;
  }

  /** The merged value; undefined when it is to be absent. */
  merge(sides: Sides, shape: Shape, path: JsonPath = []): Json | undefined {
    const { base, ours, theirs } = sides;
    if (sameJson(ours, theirs)) return ours;
    if (sameJson(base, ours)) return theirs;
    if (sameJson(base, theirs)) return ours;
    switch (shape.kind) {
      case 'set':
        return shape.atomic ? this.#decide(sides, shape, path) : this.#set(sides, shape, path);
      case 'keyed':
        return this.#keyed(sides, shape, path);
      case 'object':
      case 'plain':
        return this.#object(sides, shape, path);
    }
  }

  /** Both sides' additions, without both sides' removals. */
  #set(sides: Sides, shape: Extract<Shape, { kind: 'set' }>, path: JsonPath): Json | undefined {
    const { base, ours, theirs } = sides;
    const [old, mine, other] = [base === undefined ? [] : base, ours, theirs].map((side) => setItems(side, shape));
    if (!old || !mine || !other) return this.#decide(sides, shape, path);
    const [was, left, right] = [uniqueItems(old), uniqueItems(mine), uniqueItems(other)];
    const kept = mine.filter((item) => {
      const [text] = uniqueItems([item]).keys();
      return text !== undefined && (right.has(text) || !was.has(text));
    });
    const added = [...right].filter(([text]) => !left.has(text) && !was.has(text)).map(([, item]) => item);
    const items = [...kept, ...added];
    // As a side wrote it, where it is what a side has.
    return [ours, theirs].find((side) => sameMeaning(items, side, shape)) ?? items;
  }

  #keyed(sides: Sides, shape: Extract<Shape, { kind: 'keyed' }>, path: JsonPath): Json | undefined {
    const [old, mine, other] = [sides.base ?? [], sides.ours, sides.theirs].map((side) => keyedItems(side));
    if (!old || !mine || !other) return this.#decide(sides, shape, path);
    const items: Json[] = [];
    for (const id of mergeOrder([...mine.keys()], [...other.keys()])) {
      const versions = { base: old.get(id) as Json, ours: mine.get(id) as Json, theirs: other.get(id) as Json };
      const item = this.#item(versions, shape.item(Object.values(versions)), [...path, id]);
      if (item !== undefined) items.push(item);
    }
    return items;
  }

  /** One item of a keyed list. Two that were added under one id are not put together: they are different things. */
  #item(sides: Sides, shape: Shape, path: JsonPath): Json | undefined {
    const { base, ours, theirs } = sides;
    const added = base === undefined && ours !== undefined && theirs !== undefined;
    return added ? this.#decide(sides, shape, path) : this.merge(sides, shape, path);
  }

  #object(sides: Sides, shape: Shape, path: JsonPath): Json | undefined {
    const { base, ours, theirs } = sides;
    if (!isObject(ours) || !isObject(theirs) || !(base === undefined || isObject(base)))
      return this.#decide(sides, shape, path);
    const entries: [string, Json][] = [];
    for (const key of mergeOrder(Object.keys(ours), Object.keys(theirs))) {
      // Members of JSON are JSON.
      const versions = {
        base: base && (own(base, key) as Json | undefined),
        ours: own(ours, key) as Json | undefined,
        theirs: own(theirs, key) as Json | undefined,
      };
      const value = this.merge(versions, memberShape(shape, key), [...path, key]);
      if (value !== undefined) entries.push([key, value]);
    }
    return Object.fromEntries(entries);
  }

  /** A value as a whole: the side that changed what it means, or a conflict. */
  #decide(sides: Sides, shape: Shape, path: JsonPath): Json | undefined {
    const { base, ours, theirs } = sides;
    if (sameMeaning(ours, theirs, shape)) return ours;
    if (sameMeaning(base, ours, shape)) return theirs;
    if (sameMeaning(base, theirs, shape)) return ours;
    const present = Object.fromEntries(
      NAMES.flatMap((side) => (sides[side] === undefined ? [] : [[side, sides[side]]])),
    );
    const [list, id] = path;
    const stage = list === 'stages' && typeof id === 'string' ? { stage: id } : undefined;
    const conflict: Conflict = { path, ...stage, ...present };
    this.conflicts.push(conflict);
    const choice = this.#choose(conflict);
    // Made of JSON.
    return choice === 'mark' ? { $conflict: present as JsonObject } : sides[choice];
  }
}
