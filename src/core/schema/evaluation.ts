import type { Json } from '../json.ts';
import { Budget } from './budget.ts';
import type { Resource } from './references.ts';
import { Seen } from './seen.ts';
import type { SchemaError } from './types.ts';

/** Looks at a value; false and an error when it does not hold. */
export type Check = (value: Json, evaluation: Evaluation, seen: Seen | undefined) => boolean;

/** A compiled schema. Nodes refer to each other as schemas do, so there may be circles. */
export interface SchemaNode {
  readonly resource: Resource;
  /** `type`: when it does not hold, the other keywords would only repeat it. */
  first: Check | undefined;
  checks: readonly Check[];
}

/** More errors than this help nobody. */
const MAX_ERRORS = 100;

/** One validation of one value: its place, errors, work done, and the resources it came through. */
export class Evaluation {
  readonly budget = new Budget();
  readonly #tracks: boolean;
  readonly #path: (string | number)[] = [];
  readonly #resources: Resource[] = [];
  #errors: SchemaError[] = [];
  #max = MAX_ERRORS;
  /** Above 0 only the verdict counts. */
  #quiet = 0;
  #explaining = false;

  /** `tracks`: some schema has an `unevaluated` keyword. */
  constructor(tracks: boolean) {
    this.#tracks = tracks;
  }

  get errors(): readonly SchemaError[] {
    return this.#errors;
  }

  /** Resources that were entered, outermost first (`$dynamicRef`). */
  get resources(): readonly Resource[] {
    return this.#resources;
  }

  get #verdictOnly(): boolean {
    return this.#quiet > 0 || this.#errors.length >= this.#max;
  }

  /** Checks the value at hand; what was looked at goes to `seen` when it holds. */
  apply(node: SchemaNode, value: Json, seen?: Seen): boolean {
    this.budget.enter();
    const entered = this.#resources.at(-1) !== node.resource;
    if (entered) this.#resources.push(node.resource);
    const own = this.#tracks ? new Seen() : undefined;
    let holds = node.first === undefined || node.first(value, this, own);
    if (holds) {
      for (const check of node.checks) {
        if (check(value, this, own)) continue;
        holds = false;
        if (this.#verdictOnly) break;
      }
    }
    if (entered) this.#resources.pop();
    this.budget.leave();
    if (holds && seen && own) seen.merge(own);
    return holds;
  }

  /** Checks a property or an item of the value at hand. */
  applyAt(node: SchemaNode, value: Json, key: string | number): boolean {
    this.#path.push(key);
    const holds = this.apply(node, value);
    this.#path.pop();
    return holds;
  }

  /** Whether the value at hand would hold; no errors. */
  test(node: SchemaNode, value: Json, seen?: Seen): boolean {
    this.#quiet++;
    const holds = this.apply(node, value, seen);
    this.#quiet--;
    return holds;
  }

  /** Notes an error at the value at hand, or at `key` in it. Always false, so that checks can return it. */
  error(keyword: string, message: () => string, key?: string | number): false {
    if (!this.#verdictOnly) {
      const path = formatPath(key === undefined ? this.#path : [...this.#path, key]);
      this.#errors.push({ path, keyword, message: message() });
    }
    return false;
  }

  /**
   * The first error that a schema has with the value at hand, its path relative to it. Undefined within another call:
   * explanations of explanations grow without bound.
   */
  firstError(node: SchemaNode, value: Json): SchemaError | undefined {
    if (this.#explaining) return undefined;
    this.#explaining = true;
    const outer = { errors: this.#errors, max: this.#max, path: this.#path.splice(0) };
    this.#errors = [];
    this.#max = 1;
    this.apply(node, value);
    const found = this.#errors[0];
    this.#errors = outer.errors;
    this.#max = outer.max;
    this.#path.push(...outer.path);
    this.#explaining = false;
    return found;
  }

  /** Whether another error would be noted. */
  get speaks(): boolean {
    return !this.#verdictOnly;
  }
}

const PLAIN = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** `items[0].name`, `["a b"]`. */
function formatPath(path: readonly (string | number)[]): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else if (PLAIN.test(key)) text += text === '' ? key : `.${key}`;
    else text += `[${JSON.stringify(key)}]`;
  }
  return text;
}
