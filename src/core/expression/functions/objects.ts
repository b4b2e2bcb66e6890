import { fault } from '../fault.ts';
import type { Signature } from '../tree.ts';
import { define, isPlainObject, kindOf, wordFor } from '../values.ts';
import { listArgument, objectArgument, refuseArgument } from './arguments.ts';
import { countCharacters } from './characters.ts';

const keys: Signature = {
  name: 'keys',
  form: 'keys(object)',
  least: 1,
  most: 1,
  kind: 'list',
  run(evaluation, call, value) {
    const names = Object.keys(objectArgument(call, 0, value));
    evaluation.spend(names.length);
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
    const list = Object.values(objectArgument(call, 0, value));
    evaluation.spend(list.length);
    evaluation.build(list.length * 8);
    return list;
  },
};

const entries: Signature = {
  name: 'entries',
  form: 'entries(object)',
  least: 1,
  most: 1,
  kind: 'list',
  run(evaluation, call, object) {
    const list = Object.entries(objectArgument(call, 0, object));
    evaluation.spend(list.length * 2);
    return list.map(([key, value]) => {
      evaluation.build(key.length + 32);
      return { key, value };
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
      for (const [key, value] of Object.entries(objectArgument(call, index, given))) {
        evaluation.spend(1);
        evaluation.build(key.length + 16);
        define(merged, key, value);
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
      if (!isPlainObject(value)) return refuseArgument(call, 0, value, 'list');
      const { length } = Object.keys(value);
      evaluation.spend(length);
      return length;
    },
  };
}

export const OBJECT_FUNCTIONS: readonly Signature[] = [size, len, keys, values, entries, fromEntries, merge];
