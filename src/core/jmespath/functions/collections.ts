import type { Json, JsonObject } from '../../json.ts';
import { kindName } from '../kinds.ts';
import { equal } from '../order.ts';
import type { JmesFunction, Reference } from '../types.ts';

export const COLLECTION_FUNCTIONS: Readonly<Record<string, JmesFunction>> = {
  contains: {
    arguments: [['string', 'array'], ['any']],
    run: ([where, what]: [string | Json[], Json], { meter }) => {
      if (typeof where === 'string') return typeof what === 'string' ? where.includes(what) : null;
      return where.some((item) => equal(item, what, meter));
    },
  },
  length: {
    arguments: [['string', 'array', 'object']],
    run: ([value]: [string | Json[] | JsonObject]) => {
      if (typeof value === 'string') return [...value].length;
      return Array.isArray(value) ? value.length : Object.keys(value).length;
    },
  },
  reverse: {
    arguments: [['string', 'array']],
    run: ([value]: [string | Json[]]) =>
      typeof value === 'string' ? [...value].reverse().join('') : value.toReversed(),
  },
  map: {
    arguments: [['expression'], ['array']],
    run: ([by, list]: [Reference, Json[]], call) => list.map((item) => call.apply(by, item)),
  },
  group_by: {
    arguments: [['array'], ['expression']],
    run: ([list, by]: [Json[], Reference], call) => {
      const groups = new Map<string, Json[]>();
      for (const item of list) {
        const key = call.apply(by, item);
        if (typeof key !== 'string') return call.wrongType('the expression after & must give a text for every item');
        const group = groups.get(key);
        if (group) group.push(item);
        else groups.set(key, [item]);
      }
      return Object.fromEntries(groups);
    },
  },
  zip: {
    arguments: [['array']],
    variadic: true,
    run: (lists: Json[][], { meter }) => {
      const length = Math.min(...lists.map((list) => list.length));
      meter.room(length * lists.length);
      return Array.from({ length }, (_, i) => lists.map((list) => list[i] as Json));
    },
  },
  keys: { arguments: [['object']], run: ([object]: [JsonObject]) => Object.keys(object) },
  values: { arguments: [['object']], run: ([object]: [JsonObject]) => Object.values(object) },
  items: { arguments: [['object']], run: ([object]: [JsonObject]) => Object.entries(object) },
  from_items: {
    arguments: [['arrays']],
    run: ([pairs]: [Json[][]], call) => {
      const bad = pairs.find((pair) => pair.length !== 2 || typeof pair[0] !== 'string');
      if (bad) return call.wrongValue('from_items takes pairs of a text and a value');
      return Object.fromEntries(pairs as [string, Json][]);
    },
  },
  merge: {
    arguments: [['object']],
    variadic: true,
    run: (objects: JsonObject[]) => Object.fromEntries(objects.flatMap((object) => Object.entries(object))),
  },
  not_null: {
    arguments: [['any']],
    variadic: true,
    run: (values: Json[]) => values.find((value) => value !== null) ?? null,
  },
  to_array: { arguments: [['any']], run: ([value]: [Json]) => (Array.isArray(value) ? value : [value]) },
  type: { arguments: [['any']], run: ([value]: [Json]) => kindName(value) },
};
