import type { JsonPath } from '../json.ts';
import { Fault, fault } from './fault.ts';
import type { Budget, Environment } from './types.ts';

/** Bounds of one evaluation, or of all that share a budget (PIPELINES.md 3). */
export const MAX_STEPS = 1_000_000;
export const MAX_BUILT = 4_000_000;
export const MAX_MS = 1_000;

/** Steps between two looks at the clock. */
const SLICE = 1_000;

const NO_SLOTS: unknown[] = [];

/** What one evaluation knows and has left. Made anew for each, so that evaluations never see each other. */
export class Evaluation {
  readonly environment: Environment;
  /** What a call gave; names that are not there are the environment's. */
  readonly locals: Readonly<Record<string, unknown>> | undefined;
  /** Values of macro variables; replaced by expressions that have some. */
  slots: unknown[] = NO_SLOTS;
  /** Which expression of a template is being evaluated, and where it stands: for the error that it may end with. */
  current: { readonly source: string; readonly path: JsonPath } | undefined;
  /** Set when a value was put into a new list or object whose size and kind are not known yet. */
  unweighed = false;
  /** Steps until the clock is looked at again. */
  fuel: number;
  /** Steps after those. */
  #reserve: number;
  /** Bytes that may still be built. */
  #room = MAX_BUILT;
  readonly #time: number;
  #started: number | undefined;

  constructor(environment: Environment, locals?: Readonly<Record<string, unknown>>, budget?: Budget) {
    this.environment = environment;
    this.locals = locals;
    const steps = budget ? budget.steps : MAX_STEPS;
    this.fuel = Math.min(SLICE, steps);
    this.#reserve = steps - this.fuel;
    this.#time = budget ? budget.ms : MAX_MS;
  }

  /** Counts steps of work; a step is about what evaluating one node costs. */
  spend(steps: number): void {
    this.fuel -= steps;
    if (this.fuel < 0) this.refuel();
  }

  /** Called when `fuel` is below zero: looks at what is left of steps and time. */
  refuel(): void {
    const left = this.fuel + this.#reserve;
    if (!(left >= 0)) limit('The expression takes more than 1,000,000 steps');
    this.fuel = Math.min(SLICE, left);
    this.#reserve = left - this.fuel;
    const now = performance.now();
    this.#started ??= now;
    if (now - this.#started > this.#time) limit('The expression runs longer than 1 second');
  }

  /** Counts bytes that are about to be built. */
  build(bytes: number): void {
    this.#room -= bytes;
    if (!(this.#room >= 0)) limit('The expression builds more than 4 MB');
  }

  /** Gives back what is left to the budget that the evaluation took from. */
  settle(budget: Budget): void {
    budget.steps = Math.max(0, this.fuel + this.#reserve);
    if (this.#started !== undefined) budget.ms = Math.max(0, this.#time - (performance.now() - this.#started));
  }
}

/** A compiled node: gives its value, or throws a Fault. */
export type Evaluate = (evaluation: Evaluation) => unknown;

export function limit(why: string): never {
  return fault('limit_exceeded', why, undefined, 'Give it less data, or split the work into stages');
}

/** A budget for many evaluations: steps and time are shared; each may build 4 MB. */
export function createBudget(): Budget {
  return { steps: MAX_STEPS, ms: MAX_MS };
}

/** Errors of the language itself that mean "too much": a text, list or stack that the engine refuses to make. */
export function asFault(error: unknown): unknown {
  if (error instanceof RangeError)
    return new Fault('limit_exceeded', `The expression builds too much: ${error.message}`);
  return error;
}
