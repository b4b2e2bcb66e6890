import type { Json } from '../../src/core/json.ts';

export type Status = 'succeeded' | 'failed' | 'skipped' | 'stopped';

/** What became of one stage. `stopped`: it never started, or was cancelled. Times are the clock's. */
export interface State {
  status: Status;
  output: Json;
  errorType: string | null;
  attempts: number;
  started: number | null;
  finished: number | null;
  /** Paths of what had to be finished before. */
  readonly after: string[];
}

/** Names as one list of stages sees them; what is not here is looked up in the list around. */
export interface Scope {
  readonly around: Scope | undefined;
  readonly states: Map<string, State>;
  readonly variables: Map<string, string>;
  readonly context: Readonly<Record<string, Json>>;
  readonly input: Json;
  /** Path of the owner with its slash; empty for the main list. */
  readonly prefix: string;
}

export function stateOf(scope: Scope, id: string): State | undefined {
  return scope.states.get(id) ?? (scope.around && stateOf(scope.around, id));
}

function contextOf(scope: Scope, name: string): Json | undefined {
  if (Object.hasOwn(scope.context, name)) return scope.context[name];
  return scope.around && contextOf(scope.around, name);
}

/** The stage that sets a variable. */
export function setterOf(scope: Scope, name: string): State | undefined {
  const setter = scope.variables.get(name);
  if (setter !== undefined) return scope.states.get(setter);
  return scope.around && setterOf(scope.around, name);
}

function field(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

/**
 * The few expressions that the random graphs use: a path, a literal, `default(path, literal)`, and two of them with
 * `==` or `!=` between.
 */
export function evaluate(expression: string, scope: Scope): Json {
  const sides = expression.trim().split(/ (==|!=) /);
  const left = atom(sides[0] ?? '', scope) ?? null;
  if (sides.length === 1) return left;
  const equal = JSON.stringify(left) === JSON.stringify(atom(sides[2] ?? '', scope) ?? null);
  return sides[1] === '==' ? equal : !equal;
}

function atom(text: string, scope: Scope): Json | undefined {
  const fallback = /^default\((.+), (.+)\)$/.exec(text);
  if (fallback) return atom(fallback[1] ?? '', scope) ?? atom(fallback[2] ?? '', scope);
  if (text.startsWith("'")) return text.slice(1, -1);
  if (/^(-?\d+|true|false|null)$/.test(text)) return literal(text);
  const [root, ...steps] = text.split('.');
  if (root === 'input') return steps.reduce(field, scope.input as Json | undefined);
  if (root === 'stages') return stageField(stateOf(scope, steps[0] ?? ''), steps.slice(1));
  if (root === 'context' && steps[0] === 'vars') return field(setterOf(scope, steps[1] ?? '')?.output, 'value') ?? null;
  if (root === 'context') return steps.slice(1).reduce(field, contextOf(scope, steps[0] ?? ''));
  throw new Error(`the reference does not know the expression ${text}`);
}

function literal(text: string): Json {
  return text === 'null' ? null : text === 'true' ? true : text === 'false' ? false : Number(text);
}

function stageField(state: State | undefined, steps: string[]): Json | undefined {
  if (!state) throw new Error(`the reference knows no stage ${steps.join('.')}`);
  if (steps[0] === 'status') return state.status;
  return steps.slice(1).reduce(field, state.output as Json | undefined);
}

/** JSON with every string that is one template replaced by its value. */
export function resolve(template: Json, scope: Scope): Json {
  if (typeof template === 'string') {
    const whole = /^\{\{ (.+) \}\}$/.exec(template);
    return whole ? evaluate(whole[1] ?? '', scope) : template;
  }
  if (Array.isArray(template)) return template.map((item) => resolve(item, scope));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([key, item]) => [key, resolve(item, scope)]));
}
