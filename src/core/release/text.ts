import { fail } from '../errors.ts';
import { isObject, type Json, own } from '../json.ts';
import type { SourceNode } from '../source/file.ts';
import { parseSource } from '../source/parse.ts';
import { type Definition, definitionJson } from './definition-json.ts';
import { itemOrigins } from './item-origins.ts';
import { sameJson } from './meaning.ts';
import { mergeOrder } from './merge-order.ts';
import {
  indentAfter,
  isOnOneLine,
  LONGEST_LINE,
  styleOf,
  type TextPlace,
  type TextStyle,
  writeFlat,
  writeKey,
  writeValue,
} from './text-style.ts';

/** A definition with the text that it was read from. */
export interface TextSide {
  readonly definition: Definition;
  readonly text: string;
}

/**
 * A merged definition as the text of a file: byte for byte that of a side whose definition it is, else that of ours with
 * the least that has to change. Throws what `editText` throws.
 */
export function mergedText(merged: Definition, ours: TextSide, theirs?: TextSide): string {
  const target = definitionJson(merged);
  for (const side of [ours, theirs]) if (side && sameJson(definitionJson(side.definition), target)) return side.text;
  return editText(ours.text, target);
}

const BYTE_ORDER_MARK = '\u{feff}';

// Not jsonc-parser's `modify`: it reads the whole text again for every change, and takes white space of lists along.
/**
 * A text of strict JSON, changed so that it holds `target`. Values that are the same keep their bytes; order of keys,
 * indentation, line ends, the byte order mark and the end of the file stay. Throws FlowMasonError `INVALID_FILE` when the
 * text has problems of its own.
 */
export function editText(text: string, target: Json): string {
  const source = parseSource(text);
  if (source.problems.length > 0 || source.value === undefined || !source.root) {
    const { problems } = source;
    fail('INVALID_FILE', `The text cannot be edited: ${problems[0]?.message ?? 'it is not JSON'}`, { problems });
  }
  const { root } = source;
  const mark = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : '';
  const edited = new Editor(source.text, styleOf(source)).value(root, source.value, target, {
    indent: '',
    flat: false,
  });
  return mark + source.text.slice(0, root.offset) + edited + source.text.slice(root.offset + root.length);
}

/** A member or item of the text, from its key on. */
interface Part {
  readonly start: number;
  readonly end: number;
}

/** One member or item of the result. */
interface Piece {
  readonly text: string;
  /** Its place among the parts of the text; undefined when it is new there. */
  readonly origin: number | undefined;
}

class Editor {
  readonly #text: string;
  readonly #style: TextStyle;

  constructor(text: string, style: TextStyle) {
    this.#text = text;
    this.#style = style;
  }

  /** The text of a value that is to be `target`. */
  value(node: SourceNode, current: Json, target: Json, place: TextPlace): string {
    if (sameJson(current, target)) return this.#text.slice(node.offset, node.offset + node.length);
    if (node.members && node.members.size > 0 && isObject(current) && isObject(target))
      // Members of JSON are JSON.
      return this.#object(node, node.members, current as Record<string, Json>, target as Record<string, Json>, place);
    if (node.items && node.items.length > 0 && Array.isArray(current) && Array.isArray(target))
      return this.#list(node, node.items, current, target, place);
    return writeValue(target, this.#style, place);
  }

  #object(
    node: SourceNode,
    members: ReadonlyMap<string, SourceNode>,
    current: Readonly<Record<string, Json>>,
    target: Readonly<Record<string, Json>>,
    place: TextPlace,
  ): string {
    const parts = [...members.values()].map(({ key, offset, length }) => ({
      start: key?.offset ?? offset,
      end: offset + length,
    }));
    const inner = this.#inner(node, parts, place);
    const origins = new Map([...members.keys()].map((name, i) => [name, i]));
    const kept = [...members.keys()].filter((name) => Object.hasOwn(target, name));
    const pieces = mergeOrder(kept, Object.keys(target)).map((name): Piece => {
      const member = members.get(name);
      const value = own(target, name) as Json;
      if (!member)
        return { text: writeKey(name, this.#style) + writeValue(value, this.#style, inner), origin: undefined };
      const key = this.#text.slice(member.key?.offset ?? member.offset, member.offset);
      return { text: key + this.value(member, own(current, name) as Json, value, inner), origin: origins.get(name) };
    });
    return this.#join(node, parts, pieces, '{}');
  }

  #list(
    node: SourceNode,
    items: readonly SourceNode[],
    current: readonly Json[],
    target: readonly Json[],
    place: TextPlace,
  ): string {
    const parts = items.map(({ offset, length }) => ({ start: offset, end: offset + length }));
    const inner = this.#inner(node, parts, place);
    const oneEach =
      items.some(({ members }) => members && members.size > 0) && items.every((item) => isOnOneLine(this.#text, item));
    const pieces = itemOrigins(current, target).map((origin, i): Piece => {
      const value = target[i] as Json;
      const item = origin === undefined ? undefined : items[origin];
      if (!item || origin === undefined) return { text: this.#newItem(value, inner, oneEach), origin: undefined };
      return { text: this.value(item, current[origin] as Json, value, inner), origin };
    });
    return this.#join(node, parts, pieces, '[]');
  }

  /** Where the items of a list all have a line each, so has a new one that is short enough. */
  #newItem(value: Json, place: TextPlace, oneEach: boolean): string {
    const flat = writeFlat(value, this.#style);
    const fits = place.indent.length + flat.length < LONGEST_LINE;
    return oneEach && fits ? flat : writeValue(value, this.#style, place);
  }

  /** Where the members of a container are written. */
  #inner(node: SourceNode, parts: readonly Part[], place: TextPlace): TextPlace {
    const space = this.#lineSpace(node, parts);
    if (space !== undefined) return { indent: indentAfter(space), flat: false };
    // `[{` and `}, {`: the items begin on the lines of the list, and have lines of their own.
    return { indent: place.indent, flat: isOnOneLine(this.#text, node) };
  }

  /** The white space before a member that begins a line; undefined when none does. */
  #lineSpace(node: SourceNode, parts: readonly Part[]): string | undefined {
    const spaces = parts.map(({ start }, i) => this.#gap(node, parts, i, start).replace(',', ''));
    return spaces.find((space) => /[\r\n]/.test(space));
  }

  /** What stands before the part `i`: the comma with the white space around it, or what follows the bracket. */
  #gap(node: SourceNode, parts: readonly Part[], i: number, start = parts[i]?.start ?? 0): string {
    return this.#text.slice(parts[i - 1]?.end ?? node.offset + 1, start);
  }

  #join(node: SourceNode, parts: readonly Part[], pieces: readonly Piece[], empty: string): string {
    if (pieces.length === 0) return empty;
    const space = this.#lineSpace(node, parts);
    const second = parts.length > 1 ? this.#gap(node, parts, 1) : `,${this.#style.space}`;
    const separator = space === undefined ? second : `,${this.#style.lineEnd}${indentAfter(space)}`;
    const joined = pieces.map(({ text, origin }, i) => {
      if (i === 0) return text;
      return (origin === undefined || origin === 0 ? separator : this.#gap(node, parts, origin)) + text;
    });
    const end = this.#text.slice(parts.at(-1)?.end, node.offset + node.length);
    return empty.charAt(0) + this.#gap(node, parts, 0) + joined.join('') + end;
  }
}
