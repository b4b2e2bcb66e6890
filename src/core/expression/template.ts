import type { Json, JsonPath } from '../json.ts';
import { DATA_DEPTH } from '../measure.ts';
import { asStageError, type Built, build } from './compile.ts';
import { Evaluation } from './evaluation.ts';
import { templateWithin } from './lexical.ts';
import { constant, expression, listOf, mixed, objectOf, type Part } from './parts.ts';
import { mergeReferences, NO_REFERENCES } from './references.ts';
import { type Piece, scan } from './scan.ts';
import type { Compiled, Environment, ExpressionOptions, ExpressionProblem, References, Template } from './types.ts';

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

class CompiledTemplate implements Template {
  readonly constant: boolean;
  readonly value: Json;
  readonly references: References;
  readonly #part: Part;

  constructor(value: Json, part: Part, references: References) {
    this.constant = part.make === undefined;
    this.value = part.make === undefined ? part.value : value;
    this.references = references;
    this.#part = part;
  }

  resolve(environment: Environment): unknown {
    const { make, value } = this.#part;
    if (make === undefined) return value;
    // All expressions of a template share one evaluation, so that no config takes more than one budget.
    const evaluation = new Evaluation(environment);
    try {
      return make(evaluation);
    } catch (error) {
      throw asStageError(error, evaluation.current?.source ?? '', evaluation.current?.path);
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
    if (typeof value === 'string') return value.includes('{{') ? this.#text(value, path) : constant(value);
    if (typeof value !== 'object' || value === null) return constant(value);
    if (path.length > DATA_DEPTH) {
      const message = `The value is nested deeper than ${DATA_DEPTH} levels`;
      this.problems.push({ code: 'limit_exceeded', message, start: 0, end: 0, path });
      return constant(value);
    }
    if (Array.isArray(value)) return listOf(value.map((item, index) => this.part(item, [...path, index])));
    const names = Object.keys(value);
    return objectOf(
      names,
      names.map((name) => this.part(value[name] as Json, [...path, name])),
    );
  }

  #text(text: string, path: JsonPath): Part {
    const { pieces, problem } = scan(text);
    if (problem) this.problems.push({ ...problem, path });
    const parts: (string | Built)[] = [];
    for (const piece of pieces) {
      const part = piece.kind === 'text' ? piece.text : this.#expression(piece, path);
      if (part === undefined) continue;
      parts.push(part);
    }
    const [only] = parts;
    return parts.length === 1 && typeof only === 'object' ? expression(only, path) : mixed(parts, path);
  }

  /** Undefined where there are problems; what is made of the rest is never used then. */
  #expression(piece: Extract<Piece, { kind: 'expression' }>, path: JsonPath): Built | undefined {
    const { noSecretsAt, noSecrets } = this.#options;
    const built = build(piece.source, { ...this.#options, noSecrets: noSecretsAt ? noSecretsAt(path) : noSecrets });
    if (built.ok) {
      if (built.references !== NO_REFERENCES) this.references.push(built.references);
      return built;
    }
    for (const { start, end, ...rest } of inTemplate(piece.source, built.problems)) {
      this.problems.push({ ...rest, start: piece.start + start, end: piece.start + end, path });
    }
    return undefined;
  }
}

/** Problems as they are best said and marked where an expression stands between braces. */
function inTemplate(source: string, problems: readonly ExpressionProblem[]): readonly ExpressionProblem[] {
  const [first] = problems;
  if (first?.code !== 'EXPRESSION_SYNTAX') return problems;
  // An empty template is marked with its braces: there is nothing else to mark.
  if (source.trim() === '') return [{ ...first, start: -2, end: source.length + 2 }];
  const inner = templateWithin(source);
  if (inner === undefined) return problems;
  const message = 'A template cannot stand inside of another one';
  const hint = 'Write the expression without its braces';
  return [{ code: 'TEMPLATE_IN_EXPRESSION', message, hint, start: inner, end: inner + 2 }];
}
