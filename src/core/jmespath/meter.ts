import type { Json } from '../json.ts';
import { StageError } from '../run.ts';

/** Bounds of one evaluation: those of PIPELINES.md 3 for expressions. */
const MAX_STEPS = 1_000_000;
const MAX_BUILT = 4_000_000;
const MAX_MS = 1_000;
/** Steps between two looks at the clock. */
const SLICE = 1_000;
/** Levels of built data and of nested functions, far below what the stack allows. */
const MAX_DEPTH = 256;

/** Counts the work of one evaluation; throws StageError EXPRESSION `limit_exceeded` when it is too much. */
export class Meter {
  readonly #sizes = new WeakMap<object, number>();
  readonly #started = performance.now();
  #steps = 0;
  #nextLook = SLICE;

  /** Counts steps; one is about what evaluating a node costs. */
  spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps < this.#nextLook) return;
    if (this.#steps > MAX_STEPS) limit('takes more than 1,000,000 steps');
    if (performance.now() - this.#started > MAX_MS) limit('runs longer than 1 second');
    this.#nextLook = this.#steps + SLICE;
  }

  /** Checks a text or list of so many units before it is made. */
  room(units: number): void {
    if (!(units <= MAX_BUILT)) limit('builds more than 4 MB');
    this.spend(units >> 6);
  }

  /**
   * Checks a value that was built. A list may hold another one many times, so that a few steps make gigabytes of JSON:
   * what counts is how long its text would be.
   */
  built<T extends Json>(value: T): T {
    this.#size(value, 0);
    return value;
  }

  #size(value: Json, depth: number): number {
    if (typeof value === 'string') return value.length + 2;
    if (typeof value !== 'object' || value === null) return 8;
    const known = this.#sizes.get(value);
    if (known !== undefined) return known;
    if (depth > MAX_DEPTH) limit(`builds data that is nested deeper than ${MAX_DEPTH} levels`);
    let size = 2;
    if (Array.isArray(value)) for (const item of value) size += 1 + this.#size(item, depth + 1);
    else for (const key of Object.keys(value)) size += key.length + 4 + this.#size(value[key] as Json, depth + 1);
    if (size > MAX_BUILT) limit('builds more than 4 MB');
    this.#sizes.set(value, size);
    return size;
  }
}

function limit(what: string): never {
  throw new StageError('EXPRESSION', 'limit_exceeded', `the JMESPath expression ${what}`, {
    hint: 'Give it less data, or split the work into stages.',
  });
}
