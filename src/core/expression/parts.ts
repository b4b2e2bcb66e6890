import type { Json, JsonPath } from '../json.ts';
import { Secret } from '../secret.ts';
import { type Built, run } from './compile.ts';
import type { Evaluate } from './evaluation.ts';
import { textOf } from './result.ts';
import { sealed } from './secrets.ts';
import { define } from './values.ts';

/** A part of a template: how it is made, or, where that is undefined, what it always is. */
export interface Part {
  readonly make: Evaluate | undefined;
  readonly value: Json;
}

export function constant(value: Json): Part {
  return { make: undefined, value };
}

export function listOf(parts: readonly Part[]): Part {
  if (parts.every(({ make }) => make === undefined)) return constant(parts.map(({ value }) => value));
  const { length } = parts;
  return {
    value: null,
    make(evaluation) {
      const made = new Array<unknown>(length);
      for (let i = 0; i < length; i++) {
        const { make, value } = parts[i] as Part;
        made[i] = make === undefined ? value : make(evaluation);
      }
      return made;
    },
  };
}

/** An object with these names in this order. */
export function objectOf(names: readonly string[], parts: readonly Part[]): Part {
  if (parts.every(({ make }) => make === undefined)) {
    return constant(Object.fromEntries(parts.map(({ value }, index) => [names[index], value])));
  }
  const base: Record<string, unknown> = {};
  for (const [index, { value }] of parts.entries()) define(base, names[index] as string, value);
  const dynamic = parts.flatMap(({ make }, index) => (make ? [{ name: names[index] as string, make }] : []));
  // Assigning would take `__proto__` for what JavaScript means by it.
  const copy = Object.hasOwn(base, '__proto__') ? () => ({ ...base }) : () => Object.assign({}, base);
  return {
    value: null,
    make(evaluation) {
      // All names are in their places before the first is filled: the order is the file's.
      const made: Record<string, unknown> = copy();
      for (let i = 0; i < dynamic.length; i++) {
        const { name, make } = dynamic[i] as Dynamic;
        // An own property by now, whatever its name.
        made[name] = make(evaluation);
      }
      return made;
    },
  };
}

interface Dynamic {
  readonly name: string;
  readonly make: Evaluate;
}

/** A string that is exactly one template: the value keeps its type. */
export function expression(built: Built, path: JsonPath): Part {
  const { node, source } = built;
  if (node.op === 'constant' && isScalar(node.value)) return constant(node.value);
  const current = { source, path };
  return {
    value: null,
    make(evaluation) {
      evaluation.current = current;
      return run(evaluation, built);
    },
  };
}

function isScalar(value: unknown): value is string | number | boolean | null {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Templates among text: the values become text. A secret among them makes a secret of the whole. */
export function mixed(pieces: readonly (string | Built)[], path: JsonPath): Part {
  if (pieces.every((piece) => typeof piece === 'string')) return constant(pieces.join(''));
  const { texts, inners } = alternate(pieces, path);
  const weight = texts.reduce((total, text) => total + text.length, 0);
  const [first = ''] = texts;
  return {
    value: null,
    make(evaluation) {
      evaluation.build(weight);
      let text = first;
      let secret: (string | Secret)[] | undefined;
      for (let i = 0; i < inners.length; i++) {
        const { built, current } = inners[i] as Inner;
        evaluation.current = current;
        const value = run(evaluation, built);
        const after = texts[i + 1] as string;
        if (value instanceof Secret) {
          secret ??= [];
          secret.push(text, value);
          text = after;
          continue;
        }
        const piece = typeof value === 'string' ? value : textOf(evaluation, value);
        evaluation.build(piece.length);
        text += piece + after;
      }
      return secret ? sealed([...secret, text]) : text;
    },
  };
}

interface Inner {
  readonly built: Built;
  readonly current: { readonly source: string; readonly path: JsonPath };
}

/** The expressions, and the texts before, between and after them: one more, some of them empty. */
function alternate(pieces: readonly (string | Built)[], path: JsonPath): { texts: string[]; inners: Inner[] } {
  const texts = [''];
  const inners: Inner[] = [];
  for (const piece of pieces) {
    if (typeof piece === 'string') texts[texts.length - 1] += piece;
    else {
      inners.push({ built: piece, current: { source: piece.source, path } });
      texts.push('');
    }
  }
  return { texts, inners };
}
