import { isObject, type Json } from '../json.ts';
import type { SourceFile, SourceNode } from '../source/file.ts';

/** How a file is written, so that what is added to it looks alike. */
export interface TextStyle {
  readonly lineEnd: string;
  /** One level of indentation. */
  readonly unit: string;
  /** Between a key and its value: `: ` or `:`. */
  readonly colon: string;
  /** After a comma, and inside of braces, on one line. */
  readonly space: string;
}

/** Where a value is written: on the lines of its container, or on lines of its own. */
export interface TextPlace {
  /** Of the line that the value begins on. */
  readonly indent: string;
  /** The container is on one line, and so is what is in it. */
  readonly flat: boolean;
}

/** Lists of scalars up to this length stay on one line, and so do items beside others that are on one line each. */
export const LONGEST_LINE = 120;

export function styleOf({ text, root }: SourceFile): TextStyle {
  const [first] = root?.members?.values() ?? [];
  const key = first?.key;
  const colon = first && key ? text.slice(key.offset + key.length, first.offset) : ': ';
  const before = root && key ? text.slice(root.offset + 1, key.offset) : '';
  const lines = /[\r\n]/.test(before);
  return {
    lineEnd: /\r\n|\n|\r/.exec(text)?.[0] ?? '\n',
    unit: lines ? indentAfter(before) || '  ' : '  ',
    colon: colon.endsWith(':') ? ':' : ': ',
    space: lines || !colon.endsWith(':') ? ' ' : '',
  };
}

/** The indentation that white space ends with. */
export function indentAfter(space: string): string {
  return space.slice(Math.max(space.lastIndexOf('\n'), space.lastIndexOf('\r')) + 1);
}

/** A value that is new in a file, as the file would have it. */
export function writeValue(value: Json, style: TextStyle, place: TextPlace): string {
  if (place.flat || isShort(value, style)) return writeFlat(value, style);
  const inner = { indent: place.indent + style.unit, flat: false };
  const line = style.lineEnd + inner.indent;
  const end = style.lineEnd + place.indent;
  if (Array.isArray(value)) {
    return `[${line}${value.map((item) => writeValue(item, style, inner)).join(`,${line}`)}${end}]`;
  }
  const members = Object.entries(value as { [key: string]: Json });
  const written = members.map(([key, member]) => `${writeKey(key, style)}${writeValue(member, style, inner)}`);
  return `{${line}${written.join(`,${line}`)}${end}}`;
}

export function writeKey(key: string, { colon }: TextStyle): string {
  return JSON.stringify(key) + colon;
}

/** On one line: `{ "a": 1, "b": [1, 2] }`. */
export function writeFlat(value: Json, style: TextStyle): string {
  const comma = `,${style.space}`;
  if (Array.isArray(value)) return `[${value.map((item) => writeFlat(item, style)).join(comma)}]`;
  if (!isObject(value)) return writeScalar(value);
  // Members of JSON are JSON.
  const members = Object.entries(value).map(([key, member]) => writeKey(key, style) + writeFlat(member as Json, style));
  return members.length === 0 ? '{}' : `{${style.space}${members.join(comma)}${style.space}}`;
}

function writeScalar(value: Json): string {
  return Object.is(value, -0) ? '-0' : JSON.stringify(value);
}

/** Whether a value belongs on one line wherever it stands: a scalar, an empty one, a short list of scalars. */
function isShort(value: Json, style: TextStyle): boolean {
  if (!Array.isArray(value)) return !isObject(value) || Object.keys(value).length === 0;
  const scalars = value.every((item) => typeof item !== 'object' || item === null);
  return value.length === 0 || (scalars && writeFlat(value, style).length <= LONGEST_LINE - 20);
}

/** Whether a part of the text is on one line. */
export function isOnOneLine(text: string, { offset, length }: SourceNode): boolean {
  return !/[\r\n]/.test(text.slice(offset, offset + length));
}
