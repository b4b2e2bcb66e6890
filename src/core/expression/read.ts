import { printable } from '../quote.ts';
import { nearest } from '../suggest.ts';
import { fault, type Message } from './fault.ts';
import type { NodeOf } from './tree.ts';
import { isPlainObject, kindOf, Optional, wordFor } from './values.ts';

type Member = NodeOf<'member'>;

/** The value of a field or item; undefined when it is missing and `soft`. Never what a prototype holds. */
export function read(object: unknown, key: unknown, node: Member, soft: boolean): unknown {
  if (object === null || object === undefined) return soft ? undefined : nullFault(key, node);
  if (Array.isArray(object)) return readItem(object, key, node, soft);
  if (isPlainObject(object)) return readField(object, key, node, soft);
  if (object instanceof Optional) {
    const inner = object.value === undefined ? undefined : read(object.value, key, node, true);
    return soft ? inner : new Optional(inner);
  }
  return wrongKind(object, key, node);
}

function readField(object: Record<string, unknown>, key: unknown, node: Member, soft: boolean): unknown {
  if (typeof key !== 'string') {
    const found = wordFor(kindOf(key));
    const hint = typeof key === 'number' ? `Write \`string(${node.key.text})\`` : undefined;
    return fault('type_mismatch', `keys of an object are text, but ${node.key.text} is ${found}`, node.key, hint);
  }
  if (Object.hasOwn(object, key)) return object[key] ?? null;
  return soft ? undefined : missing(object, key, node);
}

function readItem(list: readonly unknown[], key: unknown, node: Member, soft: boolean): unknown {
  if (typeof key !== 'number') return noItem(key, node);
  if (!Number.isInteger(key)) {
    return fault('type_mismatch', `Items are counted in whole numbers from 0, not ${key}`, node.key);
  }
  if (key >= 0 && key < list.length) return list[key] ?? null;
  if (soft) return undefined;
  return fault('index_out_of_range', () => outOfRange(list, key, node), node);
}

function noItem(key: unknown, node: Member): never {
  const of = node.object.text;
  if (key === 'length' || key === 'size') {
    return fault('type_mismatch', `${of} is a list, and has no field "${key}"`, node, `Write \`size(${of})\``);
  }
  const hint = typeof key === 'string' ? `Write \`${of}[0]\`, or \`${of}.map(i, i${step(key)})\`` : undefined;
  const what = typeof key === 'string' ? `no field "${show(key)}"` : `no item ${wordFor(kindOf(key))}`;
  return fault('type_mismatch', `${of} is a list, and has ${what}`, node, hint);
}

function outOfRange(list: readonly unknown[], key: number, node: Member): Message {
  const of = node.object.text;
  const has = list.length === 0 ? 'is empty' : `has ${list.length} ${list.length === 1 ? 'item' : 'items'}`;
  const last = `The last one is \`${of}[size(${of}) - 1]\``;
  const hint = key < 0 && list.length > 0 ? last : 'Items are counted from 0';
  return { message: `${of}[${key}] is missing; ${of} ${has}`, hint };
}

const SHOWN_FIELDS = 20;
const COMPARED_FIELDS = 1_000;

function missing(object: Record<string, unknown>, key: string, node: Member): never {
  return fault('missing_field', () => describeMissing(Object.keys(object), key, node), node);
}

function describeMissing(names: readonly string[], key: string, node: Member): Message {
  const of = node.object.text;
  const shown = names.slice(0, SHOWN_FIELDS).map(show).join(', ');
  const more = names.length > SHOWN_FIELDS ? ` and ${names.length - SHOWN_FIELDS} more` : '';
  const has = names.length === 0 ? `${of} has no fields` : `${of} has: ${shown}${more}`;
  const near = nearest(key, names.slice(0, COMPARED_FIELDS));
  const hint = near === undefined ? optionalHint(node, key) : `Did you mean \`${of}${step(near)}\`?`;
  return { message: `${of}${step(key)} is missing; ${has}`, hint };
}

function optionalHint({ object }: Member, key: string): string {
  return `If it may be absent, write \`default(${object.text}${step(key)}, …)\``;
}

function nullFault(key: unknown, node: Member): never {
  const of = node.object.text;
  const what = typeof key === 'string' ? `no field "${show(key)}"` : 'no items';
  const hint = `If it may be null, write \`default(${node.text}, …)\``;
  return fault('field_of_null', () => ({ message: `${of} is null, so it has ${what}`, hint }), node);
}

function wrongKind(object: unknown, key: unknown, node: Member): never {
  const of = node.object.text;
  const kind = kindOf(object);
  const isText = kind === 'text';
  const what = typeof key === 'string' ? `no field "${show(key)}"` : 'no items';
  const hint =
    isText && (key === 'length' || key === 'size')
      ? `Write \`size(${of})\``
      : isText && typeof key === 'number'
        ? `Write \`${of}.substring(${key}, ${key + 1})\``
        : isText && typeof key === 'string'
          ? `If it is JSON, write \`parseJson(${of})${step(key)}\``
          : undefined;
  return fault('type_mismatch', `${of} is ${wordFor(kind)}, and has ${what}`, node, hint);
}

/** How a key is written behind what it belongs to: `.name`, `["my-name"]`. */
export function step(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) && key.length <= 60 ? `.${key}` : `["${show(key)}"]`;
}

function show(name: string): string {
  const text = printable(name);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
