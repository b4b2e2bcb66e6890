import { printParseErrorCode, visit } from 'jsonc-parser';
import { isExactNumber, type Json, type JsonObject } from '../json.ts';
import { DEFAULT_LIMITS, type Limits } from '../limits.ts';
import type { Problem } from '../problem.ts';
import { printable, quote } from '../quote.ts';
import { checkText } from './admit.ts';
import { SourceFile, type SourceNode } from './file.ts';
import { Lines } from './lines.ts';
import { syntaxMessage } from './syntax.ts';

export interface SourceOptions {
  /** As messages name it. */
  readonly file?: string | undefined;
  /** Accepts comments and trailing commas: for `flowmason.json`. */
  readonly lenient?: boolean;
  readonly limits?: Limits;
}

/** More syntax errors than this say nothing new: a file that is not JSON at all would give one per word. */
const MOST_ERRORS = 100;

/**
 * Reads strict JSON (or the lenient form) with the place of everything in it. Never throws: what is wrong is in
 * `problems`, and `value` is undefined when the text is too large, too deep or not JSON.
 */
export function parseSource(input: string, options: SourceOptions = {}): SourceFile {
  const text = input.startsWith('\u{feff}') ? input.slice(1) : input;
  const { file, lenient = false, limits = DEFAULT_LIMITS } = options;
  const refused = checkText(text, limits, file);
  if (refused) return new SourceFile({ file, text, value: undefined, problems: [refused] });
  return new Reader(text, file, lenient).read();
}

interface Frame {
  readonly node: SourceNode;
  readonly object: JsonObject | undefined;
  readonly list: Json[] | undefined;
  readonly bracket: '{' | '[';
  readonly line: number;
  key: { name: string; offset: number; length: number } | undefined;
}

class Reader {
  readonly #text: string;
  readonly #file: string | undefined;
  readonly #lenient: boolean;
  readonly #lines: Lines;
  readonly #stack: Frame[] = [];
  readonly #problems: Problem[] = [];
  #root: SourceNode | undefined;
  #value: Json | undefined;
  #errors = 0;
  #firstOmitted: number | undefined;
  /** End of what the last error complained about. */
  #errorEnd = -1;
  /** The last error's name, while the parser has found nothing good since. */
  #recovering: string | undefined;
  #lastClosed: Frame | undefined;

  constructor(text: string, file: string | undefined, lenient: boolean) {
    this.#text = text;
    this.#file = file;
    this.#lenient = lenient;
    this.#lines = new Lines(text);
  }

  read(): SourceFile {
    visit(
      this.#text,
      {
        onObjectBegin: (offset, _length, line) => this.#open('{', offset, line),
        onArrayBegin: (offset, _length, line) => this.#open('[', offset, line),
        onObjectEnd: (offset, length) => this.#close(offset + length),
        onArrayEnd: (offset, length) => this.#close(offset + length),
        onObjectProperty: (name, offset, length) => this.#key(name, offset, length),
        onLiteralValue: (value: Json, offset, length) => this.#literal(value, offset, length),
        onError: (error, offset, length) => this.#syntaxError(printParseErrorCode(error), offset, length),
      },
      { disallowComments: !this.#lenient, allowTrailingComma: this.#lenient },
    );
    const broken = this.#errors > 0;
    if (this.#firstOmitted !== undefined) {
      const range = { offset: this.#firstOmitted, length: 1 };
      this.#problem('INVALID_JSON', range, `${this.#errors - MOST_ERRORS} more syntax errors follow`);
    }
    return new SourceFile({
      file: this.#file,
      text: this.#text,
      lines: this.#lines,
      value: broken ? undefined : this.#value,
      root: this.#root,
      problems: this.#problems,
    });
  }

  #open(bracket: '{' | '[', offset: number, line: number): void {
    const object: JsonObject | undefined = bracket === '{' ? {} : undefined;
    const list: Json[] | undefined = bracket === '[' ? [] : undefined;
    const place = { offset, length: 1 };
    const node: SourceNode = object ? { ...place, members: new Map() } : { ...place, items: [] };
    this.#place(node, object ?? list ?? null);
    this.#stack.push({ node, object, list, bracket, line: line + 1, key: undefined });
  }

  #close(end: number): void {
    const frame = this.#stack.pop();
    if (frame) frame.node.length = end - frame.node.offset;
    this.#lastClosed = frame;
  }

  #key(name: string, offset: number, length: number): void {
    const frame = this.#stack.at(-1);
    if (!frame) return;
    this.#recovering = undefined;
    frame.key = { name, offset, length };
    const first = frame.node.members?.get(name)?.key;
    if (name === '__proto__') {
      const message = 'The key `__proto__` is refused: programs take it for something else';
      this.#problem('FORBIDDEN_KEY', { offset, length }, message, 'Rename the key');
    } else if (first) {
      const message = `The key ${quote(name)} is already written in line ${this.#lines.at(first.offset).line}`;
      this.#problem('REPEATED_KEY', { offset, length }, message, 'Keep one of the two');
    }
    if (!name.isWellFormed()) this.#halfCharacter(offset, length);
  }

  #literal(value: Json, offset: number, length: number): void {
    if (typeof value === 'number') this.#checkNumber(value, offset, length);
    else if (typeof value === 'string' && !value.isWellFormed()) this.#halfCharacter(offset, length);
    this.#place({ offset, length }, value);
  }

  #place(node: SourceNode, value: Json): void {
    this.#recovering = undefined;
    const frame = this.#stack.at(-1);
    if (!frame) {
      this.#root ??= node;
      this.#value ??= value;
      return;
    }
    if (frame.list) {
      frame.list.push(value);
      frame.node.items?.push(node);
    } else if (frame.object && frame.key) {
      const { name, offset, length } = frame.key;
      // A member called __proto__ would set the prototype; it is left out, and its problem keeps the file from running.
      if (name !== '__proto__') frame.object[name] = value;
      node.key = { offset, length };
      frame.node.members?.set(name, node);
    }
  }

  /** Integers that a double cannot hold would change silently (and `1e999` would become Infinity). */
  #checkNumber(value: number, offset: number, length: number): void {
    const text = this.#text.slice(offset, offset + length);
    const digits = !/[.eE]/.test(text);
    if (isExactNumber(value) && (!digits || Number.isSafeInteger(value))) return;
    const message = Number.isFinite(value)
      ? `${quote(text, 40)} is beyond 9007199254740991 (2^53 - 1) and would lose digits`
      : `${quote(text, 40)} is larger than any number that JSON programs can hold`;
    this.#problem('UNSAFE_NUMBER', { offset, length }, message, `Put it in double quotes: "${text.slice(0, 40)}"`);
  }

  #halfCharacter(offset: number, length: number): void {
    const message = 'The string holds half of a surrogate pair, which has no UTF-8 form';
    const hint = 'Write both halves, e.g. `\\ud83d\\ude00`, or the character itself';
    this.#problem('INVALID_JSON', { offset, length }, message, hint);
  }

  #syntaxError(name: string, offset: number, length: number): void {
    const follows = this.#errorEnd >= 0 && /^[ \t]*$/.test(this.#text.slice(this.#errorEnd, offset));
    const echo =
      // The parser says both when it skips to the end of a broken member.
      (name === 'ValueExpected' && this.#recovering === 'PropertyNameExpected') ||
      // Brackets that are left over after it skipped.
      (name === 'EndOfFileExpected' && this.#errors > 0);
    const repeated = echo || offset < this.#errorEnd || (follows && this.#errors > 0);
    this.#recovering = name;
    this.#errorEnd = Math.max(this.#errorEnd, offset + length);
    if (repeated) return;
    this.#errors++;
    if (this.#errors > MOST_ERRORS) {
      this.#firstOmitted ??= offset;
      return;
    }
    // The parser closes an object before it complains that its end is missing.
    const open = name.startsWith('Close') ? this.#lastClosed : this.#stack.at(-1);
    const { message, hint, at } = syntaxMessage(name, { text: this.#text, offset, length, open });
    this.#problem('INVALID_JSON', at ?? { offset, length }, message, hint);
  }

  #problem(code: string, range: { offset: number; length: number }, message: string, hint?: string): void {
    const place = { ...this.#lines.at(range.offset), length: Math.max(1, range.length) };
    const text = { message: printable(message), hint: hint && printable(hint) };
    this.#problems.push({ code, severity: 'error', file: this.#file, ...text, ...place });
  }
}
