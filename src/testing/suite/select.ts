import type { Suite, Test } from './suite.ts';

/** Which tests are to run; what is absent leaves none out. */
export interface Selection {
  /** Parts of `suite › test`, any of them, in any case. */
  readonly filters: readonly string[];
  /** Any of these tags; with `!` before it none of those. */
  readonly tags: readonly string[];
  /** Every n-th test: `index` from 1 of `count`. */
  readonly shard: { readonly index: number; readonly count: number } | undefined;
}

/** Chooses the tests of one suite after the other, so that no more than one has to be known at a time. */
export class Selector {
  /** Some tests were left out so far. */
  partial = false;
  readonly #selection: Selection;
  readonly #only: boolean;
  #count = 0;

  /** `only`: a test of any of the suites is focused (`isFocused`), so that none but such run. */
  constructor(selection: Selection, only: boolean) {
    this.#selection = selection;
    this.#only = only;
  }

  /** The tests to run: those that fit; with `only` the focused ones of them; of them one shard. */
  choose(suite: Suite): Test[] {
    const { shard } = this.#selection;
    const chosen = suite.tests
      .filter((test) => fits(suite, test, this.#selection) && (!this.#only || test.only))
      .filter(() => shard === undefined || this.#count++ % shard.count === shard.index - 1);
    this.partial ||= chosen.length < suite.tests.length;
    return chosen;
  }
}

/** Whether a test of the suite is marked with `only`, and fits. */
export function isFocused(suite: Suite, selection: Selection): boolean {
  return suite.tests.some((test) => test.only && fits(suite, test, selection));
}

function fits(suite: Suite, test: Test, { filters, tags }: Selection): boolean {
  const name = `${suite.name} › ${test.name}`.toLowerCase();
  if (filters.length > 0 && !filters.some((filter) => name.includes(filter.toLowerCase()))) return false;
  const unwanted = tags.filter((tag) => tag.startsWith('!')).map((tag) => tag.slice(1));
  const wanted = tags.filter((tag) => !tag.startsWith('!'));
  if (test.tags.some((tag) => unwanted.includes(tag))) return false;
  return wanted.length === 0 || test.tags.some((tag) => wanted.includes(tag));
}
