import type { Json, JsonPath } from '../json.ts';
import type { Problem } from '../problem.ts';
import { Lines } from './lines.ts';

/** A value's place in the text, with those of its members. Offsets in UTF-16 units. */
export interface SourceNode {
  offset: number;
  length: number;
  /** Of the key that leads to it; absent for items and the root. */
  key?: { readonly offset: number; readonly length: number };
  readonly members?: Map<string, SourceNode>;
  readonly items?: SourceNode[];
}

/** Where something stands: line and column from 1, offset and length in UTF-16 units of `text`. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
  readonly length: number;
}

/** A JSON document, with the place of each of its parts. Made by `parseSource` or `valueSource`. */
export class SourceFile {
  /** As messages name it; undefined when the document has no file. */
  readonly file: string | undefined;
  /** Without a byte order mark; empty when the document came as a value. */
  readonly text: string;
  /** Undefined when the text cannot be read as JSON: `problems` say why. */
  readonly value: Json | undefined;
  readonly problems: readonly Problem[];
  /** Undefined when the document has no text, or none that is JSON. */
  readonly root: SourceNode | undefined;
  readonly #lines: Lines;

  constructor(parts: {
    file: string | undefined;
    text: string;
    lines?: Lines;
    value: Json | undefined;
    root?: SourceNode | undefined;
    problems?: readonly Problem[];
  }) {
    this.file = parts.file;
    this.text = parts.text;
    this.value = parts.value;
    this.problems = parts.problems ?? [];
    this.root = parts.root;
    this.#lines = parts.lines ?? new Lines(parts.text);
  }

  /**
   * The place of a value, or of the key that leads to it. A path that leads nowhere gives the place of the nearest
   * enclosing value; undefined when the document has no text.
   */
  locate(path: JsonPath, part: 'key' | 'value' = 'value'): Place | undefined {
    const { node, whole } = this.#find(path);
    if (!node) return undefined;
    const range = whole && part === 'key' && node.key ? node.key : node;
    return this.#place(range.offset, range.length);
  }

  /** The place of units `start` to `end` of the string at a path, counted after its escapes are resolved. */
  locateInString(path: JsonPath, start: number, end: number): Place | undefined {
    const { node, whole } = this.#find(path);
    if (!node) return undefined;
    if (!whole || this.text.charCodeAt(node.offset) !== 34) return this.#place(node.offset, node.length);
    const from = this.#offsetInString(node, start);
    const to = this.#offsetInString(node, Math.max(end, start + 1));
    return this.#place(from, Math.max(1, to - from));
  }

  #find(path: JsonPath): { node: SourceNode | undefined; whole: boolean } {
    let node = this.root;
    for (const step of path) {
      const child: SourceNode | undefined = typeof step === 'number' ? node?.items?.[step] : node?.members?.get(step);
      if (!child) return { node, whole: false };
      node = child;
    }
    return { node, whole: true };
  }

  #place(offset: number, length: number): Place {
    return { ...this.#lines.at(offset), offset, length };
  }

  /** File offset of the unit `index` of a string's value. */
  #offsetInString(node: SourceNode, index: number): number {
    const last = node.offset + node.length - 1;
    let offset = node.offset + 1;
    for (let i = 0; i < index && offset < last; i++) {
      const escaped = this.text.charCodeAt(offset) === 92;
      offset += escaped ? (this.text.charCodeAt(offset + 1) === 117 ? 6 : 2) : 1;
    }
    return Math.min(offset, last);
  }
}

/** A document that came as a value, not as a text: problems in it have paths, but no lines. */
export function valueSource(value: Json, file?: string): SourceFile {
  return new SourceFile({ file, text: '', value });
}
