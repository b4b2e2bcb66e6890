import type { Json } from '../../json.ts';
import { compare, sortBy } from '../order.ts';
import type { Call, JmesFunction, Reference } from '../types.ts';

type Scalar = number | string;

export const NUMBER_FUNCTIONS: Readonly<Record<string, JmesFunction>> = {
  abs: { arguments: [['number']], run: ([x]: [number]) => Math.abs(x) },
  ceil: { arguments: [['number']], run: ([x]: [number]) => Math.ceil(x) },
  floor: { arguments: [['number']], run: ([x]: [number]) => Math.floor(x) },
  sum: { arguments: [['numbers']], run: ([list]: [number[]]) => sum(list) },
  avg: { arguments: [['numbers']], run: ([list]: [number[]]) => (list.length === 0 ? null : sum(list) / list.length) },
  max: { arguments: [['numbers', 'strings']], run: ([list]: [Scalar[]]) => extreme(list, (x) => x, 1) },
  min: { arguments: [['numbers', 'strings']], run: ([list]: [Scalar[]]) => extreme(list, (x) => x, -1) },
  max_by: {
    arguments: [['array'], ['expression']],
    run: ([list, by]: [Json[], Reference], call) => extremeBy(list, by, 1, call),
  },
  min_by: {
    arguments: [['array'], ['expression']],
    run: ([list, by]: [Json[], Reference], call) => extremeBy(list, by, -1, call),
  },
  sort: {
    arguments: [['numbers', 'strings']],
    run: ([list]: [Scalar[]], { meter }) => sortBy(list, (item) => item, meter),
  },
  sort_by: {
    arguments: [['array'], ['expression']],
    run: ([list, by]: [Json[], Reference], call) => {
      const keys = keysOf(list, by, call);
      return sortBy([...keys.keys()], (i) => keys[i] as Scalar, call.meter).map((i) => list[i] as Json);
    },
  },
  to_number: {
    arguments: [['any']],
    run: ([value]: [Json]) => {
      if (typeof value === 'number') return value;
      return typeof value === 'string' && NUMBER.test(value) ? Number(value) : null;
    },
  },
};

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function sum(list: readonly number[]): number {
  return list.reduce((total, x) => total + x, 0);
}

/** The item with the greatest (sign 1) or least (sign -1) key, the first of equals; null of none. */
function extreme<T extends Json>(list: readonly T[], keyOf: (item: T, index: number) => Scalar, sign: 1 | -1): Json {
  let best: { item: T; key: Scalar } | undefined;
  for (const [i, item] of list.entries()) {
    const key = keyOf(item, i);
    if (!best || compare(key, best.key) * sign > 0) best = { item, key };
  }
  return best ? best.item : null;
}

function extremeBy(list: readonly Json[], by: Reference, sign: 1 | -1, call: Call): Json {
  const keys = keysOf(list, by, call);
  return extreme(list, (_item, i) => keys[i] as Scalar, sign);
}

/** The key of each item: all numbers or all texts. */
function keysOf(list: readonly Json[], by: Reference, call: Call): Scalar[] {
  const keys: Scalar[] = [];
  for (const item of list) {
    const key = call.apply(by, item);
    if (typeof key !== 'number' && typeof key !== 'string') {
      return call.wrongType('the expression after & must give a number or a text for every item');
    }
    if (keys.length > 0 && typeof key !== typeof keys[0]) {
      return call.wrongType('the expression after & gives numbers for some items and texts for others');
    }
    keys.push(key);
  }
  return keys;
}
