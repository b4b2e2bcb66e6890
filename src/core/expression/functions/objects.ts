import { fault } from '../fault.ts';
import type { Signature } from '../tree.ts';
import { define, isPlainObject, keysOf, kindOf, wordFor } from '../values.ts';
import { listArgument, objectArgument, refuseArgument } from './arguments.ts';
import { countCharacters } from './characters.ts';

const keys: Signature = {
  name: 'keys',
  form: 'keys(object)',
  least: 1,
  most: 1,
  kind: 'list',
  run(evaluation, call, value) {
    const names = keysOf(evaluation, objectArgument(call, 0, value));
    for (const name of names) evaluation.build(name.length + 8);
    return names;
  },
};

const values: Signature = {
  name: 'values',
  form: 'values(object)',
  least: 1,
  most: 1,
  kind: 'list',
  run(evaluation, call, value) {
    const object = objectArgument(call, 0, value);
    const names = keysOf(evaluation, object);
    evaluation.build(names.length * 8);
    return names.map((name) => object[name]);
  },
};

const entries: Signature = {
  name: 'entries',
  form: 'entries(object)',
  least: 1,
  most: 1,
  kind: 'list',
  run(evaluation, call, value) {
    const object = objectArgument(call, 0, value);
    return keysOf(evaluation, object).map((key) => {
      evaluation.build(key.length + 32);
      return { key, value: object[key] };
    });
  },
};

const fromEntries: Signature = {
  name: 'fromEntries',
  form: 'fromEntries(list)',
  least: 1,
  most: 1,
  kind: 'object',
  run(evaluation, call, value) {
    const list = listArgument(call, 0, value);
    evaluation.spend(list.length * 2);
    const object: Record<string, unknown> = {};
    for (const [index, entry] of list.entries()) {
      const given = isPlainObject(entry) && Object.hasOwn(entry, 'key') && Object.hasOwn(entry, 'value');
      const key = given ? entry.key : undefined;
      if (!given || typeof key !== 'string') {
        const found = given ? `an entry whose key is ${wordFor(kindOf(key))}` : wordFor(kindOf(entry));
        const where = `${call.args[0]?.text}[${index}]`;
        const hint = given ? 'Turn the key into text with `string(…)`' : 'Write `x.map(i, {"key": i.id, "value": i})`';
        fault('type_mismatch', `fromEntries(list) takes a list of {key, value}, but ${where} is ${found}`, call, hint);
      }
      evaluation.build(key.length + 16);
      define(object, key, entry.value);
    }
    return object;
  },
};

const merge: Signature = {
  name: 'merge',
  form: 'merge(a, b)',
  least: 2,
  most: 8,
  kind: 'object',
  run(evaluation, call, ...objects) {
    const merged: Record<string, unknown> = {};
    for (const [index, given] of objects.entries()) {
      const object = objectArgument(call, index, given);
      for (const key of keysOf(evaluation, object)) {
        evaluation.build(key.length + 16);
        define(merged, key, object[key]);
      }
    }
    return merged;
  },
};

const size = sizeAs('size');
const len = sizeAs('len');

function sizeAs(name: string): Signature {
  return {
    name,
    form: `${name}(x)`,
    least: 1,
    most: 1,
    kind: 'number',
    run(evaluation, call, value) {
      if (Array.isArray(value)) return value.length;
      if (typeof value === 'string') return countCharacters(evaluation, value);
      if (value instanceof Uint8Array) return value.length;
      if (!isPlainObject(value)) return refuseArgument(call, 0, value, 'list', 'text, a list or an object');
      return keysOf(evaluation, value).length;
    },
  };
}

export const OBJECT_FUNCTIONS: readonly Signature[] = [size, len, keys, values, entries, fromEntries, merge];
