import type { Json, JsonPath } from '../json.ts';
import { Secret } from '../secret.ts';
import type { Built } from './compile.ts';
import type { Evaluate, Evaluation } from './evaluation.ts';
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
  const { length } = names;
  const ordinary = !names.includes('__proto__');
  return {
    value: null,
    make(evaluation) {
      const made: Record<string, unknown> = {};
      for (let i = 0; i < length; i++) {
        const { make, value } = parts[i] as Part;
        const part = make === undefined ? value : make(evaluation);
        if (ordinary) made[names[i] as string] = part;
        else define(made, names[i] as string, part);
      }
      return made;
    },
  };
}

/** A string that is exactly one template: the value keeps its type. */
export function expression({ node, source, run }: Built, path: JsonPath): Part {
  if (node.op === 'constant' && isScalar(node.value)) return constant(node.value);
  const current = { source, path };
  return {
    value: null,
    make(evaluation) {
      evaluation.current = current;
      return run(evaluation);
    },
  };
}

function isScalar(value: unknown): value is string | number | boolean | null {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Templates among text: the values become text. A secret among them makes a secret of the whole. */
export function mixed(pieces: readonly (string | Built)[], path: JsonPath): Part {
  if (pieces.every((piece) => typeof piece === 'string')) return constant(pieces.join(''));
  const parts = pieces.map((piece) =>
    typeof piece === 'string' ? piece : { run: piece.run, current: { source: piece.source, path } },
  );
  return {
    value: null,
    make(evaluation) {
      let text = '';
      let secret: (string | Secret)[] | undefined;
      for (const part of parts) {
        const value = typeof part === 'string' ? part : evaluate(evaluation, part);
        if (value instanceof Secret) {
          secret ??= [];
          secret.push(text, value);
          text = '';
          continue;
        }
        const piece = typeof value === 'string' ? value : textOf(evaluation, value);
        evaluation.build(piece.length);
        text += piece;
      }
      return secret ? sealed([...secret, text]) : text;
    },
  };
}

interface Inner {
  readonly run: Evaluate;
  readonly current: { readonly source: string; readonly path: JsonPath };
}

function evaluate(evaluation: Evaluation, { run, current }: Inner): unknown {
  evaluation.current = current;
  return run(evaluation);
}
