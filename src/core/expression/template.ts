import type { Json, JsonPath } from '../json.ts';
import { DATA_DEPTH } from '../measure.ts';
import { Secret } from '../secret.ts';
import { asStageError, type Built, build, runBuilt } from './compile.ts';
import { Evaluation } from './evaluation.ts';
import { mergeReferences } from './references.ts';
import { textOf } from './result.ts';
import { type Piece, scan } from './scan.ts';
import { sealed } from './secrets.ts';
import type { Compiled, Environment, ExpressionOptions, ExpressionProblem, References, Template } from './types.ts';
import { define } from './values.ts';

export interface TemplateOptions extends ExpressionOptions {
  /** For values whose parts differ: why a secret may not be used at that path; undefined where it may. */
  readonly noSecretsAt?: ((path: JsonPath) => string | undefined) | undefined;
}

/**
 * Compiles a JSON value whose strings may hold `{{ }}` (PIPELINES.md 3), or gives every problem in all of them: each
 * with the path of its string and a range within it. Object keys are constants.
 */
export function compileTemplate(value: Json, options: TemplateOptions = {}): Compiled<Template> {
  const compiler = new Compiler(options);
  const part = compiler.part(value, []);
  if (compiler.problems.length > 0) return { ok: false, problems: compiler.problems };
  return { ok: true, value: new CompiledTemplate(value, part, mergeReferences(compiler.references)) };
}

/** A part of a template: a value that is the same each time, or how it is made. */
type Part = { readonly constant: true; readonly value: Json } | { readonly constant: false; readonly make: Make };
type Make = (resolution: Resolution) => unknown;

/** One resolution: all its expressions share one evaluation, so that no config takes more than one budget. */
interface Resolution {
  readonly evaluation: Evaluation;
  /** The expression that is being evaluated, for the error that it may end with. */
  current: { readonly source: string; readonly path: JsonPath } | undefined;
}

class CompiledTemplate implements Template {
  readonly constant: boolean;
  readonly value: Json;
  readonly references: References;
  readonly #part: Part;

  constructor(value: Json, part: Part, references: References) {
    this.constant = part.constant;
    this.value = part.constant ? part.value : value;
    this.references = references;
    this.#part = part;
  }

  resolve(environment: Environment): unknown {
    if (this.#part.constant) return this.#part.value;
    const resolution: Resolution = { evaluation: new Evaluation(environment), current: undefined };
    try {
      return this.#part.make(resolution);
    } catch (error) {
      throw asStageError(error, resolution.current?.source ?? '', resolution.current?.path);
    }
  }
}

class Compiler {
  readonly problems: (ExpressionProblem & { readonly path: JsonPath })[] = [];
  readonly references: References[] = [];
  readonly #options: TemplateOptions;

  constructor(options: TemplateOptions) {
    this.#options = options;
  }

  part(value: Json, path: JsonPath): Part {
    if (typeof value === 'string') return value.includes('{{') ? this.#text(value, path) : { constant: true, value };
    if (typeof value !== 'object' || value === null) return { constant: true, value };
    if (path.length > DATA_DEPTH) {
      const message = `the value is nested deeper than ${DATA_DEPTH} levels`;
      this.problems.push({ code: 'limit_exceeded', message, start: 0, end: 0, path });
      return { constant: true, value };
    }
    return Array.isArray(value) ? this.#list(value, path) : this.#object(value, path);
  }

  #list(list: readonly Json[], path: JsonPath): Part {
    const parts = list.map((item, index) => this.part(item, [...path, index]));
    if (parts.every((part) => part.constant)) return { constant: true, value: valuesOf(list, parts) };
    return { constant: false, make: (resolution) => parts.map((part) => makePart(part, resolution)) };
  }

  #object(object: { readonly [key: string]: Json }, path: JsonPath): Part {
    const keys = Object.keys(object);
    const parts = keys.map((key) => this.part(object[key] as Json, [...path, key]));
    const base: Record<string, unknown> = {};
    const dynamic: { readonly key: string; readonly make: Make }[] = [];
    for (const [index, part] of parts.entries()) {
      const key = keys[index] as string;
      define(base, key, part.constant ? part.value : null);
      if (!part.constant) dynamic.push({ key, make: part.make });
    }
    // The base was made of JSON values only.
    if (dynamic.length === 0) return { constant: true, value: base as Json };
    return {
      constant: false,
      make(resolution) {
        // All keys are in their places before the first is filled: the order is the file's.
        const made = { ...base };
        for (const { key, make } of dynamic) define(made, key, make(resolution));
        return made;
      },
    };
  }

  #text(text: string, path: JsonPath): Part {
    const { pieces, problem } = scan(text);
    if (problem) this.problems.push({ ...problem, path });
    const compiled = pieces.map((piece) => (piece.kind === 'text' ? piece.text : this.#expression(piece, path)));
    const [only] = compiled;
    if (compiled.some((part) => part === undefined)) return { constant: true, value: text };
    if (compiled.length === 1 && typeof only === 'object') return expressionPart(only, path);
    if (compiled.every((part) => typeof part === 'string')) return { constant: true, value: compiled.join('') };
    // Neither is undefined, as was tested above.
    return { constant: false, make: mix(compiled as readonly (string | Built)[], path) };
  }

  #expression(piece: Extract<Piece, { kind: 'expression' }>, path: JsonPath): Built | undefined {
    const { noSecretsAt, noSecrets } = this.#options;
    const built = build(piece.source, { ...this.#options, noSecrets: noSecretsAt ? noSecretsAt(path) : noSecrets });
    if (built.ok) {
      this.references.push(built.references);
      return built;
    }
    for (const { start, end, ...rest } of built.problems) {
      const empty = piece.source.trim() === '';
      // An empty template is marked with its braces: there is nothing else to mark.
      const [from, to] = empty ? [piece.start - 2, piece.start + end + 2] : [piece.start + start, piece.start + end];
      this.problems.push({ ...rest, start: from, end: to, path });
    }
    return undefined;
  }
}

function makePart(part: Part, resolution: Resolution): unknown {
  return part.constant ? part.value : part.make(resolution);
}

function valuesOf(list: readonly Json[], parts: readonly Part[]): Json[] {
  // Only called when all parts are constant.
  return list.map((item, index) => (parts[index]?.constant ? parts[index].value : item));
}

/** A string that is one template: the value keeps its type. */
function expressionPart(built: Built, path: JsonPath): Part {
  const { node } = built;
  if (node.op === 'constant' && isScalar(node.value)) return { constant: true, value: node.value };
  const current = { source: built.source, path };
  return {
    constant: false,
    make(resolution) {
      resolution.current = current;
      return runBuilt(built, resolution.evaluation);
    },
  };
}

function isScalar(value: unknown): value is string | number | boolean | null {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Templates among text: the values become text. A secret among them makes a secret of the whole. */
function mix(parts: readonly (string | Built)[], path: JsonPath): Make {
  const currents = parts.map((part) => (typeof part === 'string' ? undefined : { source: part.source, path }));
  return (resolution) => {
    const { evaluation } = resolution;
    let text = '';
    let secret: (string | Secret)[] | undefined;
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i] as string | Built;
      let piece: string;
      if (typeof part === 'string') piece = part;
      else {
        resolution.current = currents[i];
        const value = runBuilt(part, evaluation);
        if (value instanceof Secret) {
          secret ??= [];
          secret.push(text, value);
          text = '';
          continue;
        }
        piece = textOf(evaluation, value);
      }
      evaluation.build(piece.length);
      text += piece;
    }
    return secret ? sealed([...secret, text]) : text;
  };
}
