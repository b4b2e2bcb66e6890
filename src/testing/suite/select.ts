import type { ChosenSuite } from '../run/run-suites.ts';
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

export interface Selected {
  /** Suites that have anything to run. */
  readonly suites: readonly ChosenSuite[];
  /** Some tests were left out. */
  readonly partial: boolean;
  /** Tests were left out because others are marked with `only`. */
  readonly only: boolean;
}

/** The tests to run: those that fit; of them only those with `only`, if there are any; of them one shard. */
export function selectTests(suites: readonly Suite[], selection: Selection): Selected {
  const fitting = suites.map((suite) => ({ suite, tests: suite.tests.filter((test) => fits(suite, test, selection)) }));
  const only = fitting.some(({ tests }) => tests.some((test) => test.only));
  const { shard } = selection;
  let count = 0;
  const chosen = fitting.map(({ suite, tests }) => ({
    suite,
    tests: tests
      .filter((test) => !only || test.only)
      .filter(() => shard === undefined || count++ % shard.count === shard.index - 1),
  }));
  const all = suites.reduce((sum, { tests }) => sum + tests.length, 0);
  const left = chosen.reduce((sum, { tests }) => sum + tests.length, 0);
  return { suites: chosen.filter(({ tests }) => tests.length > 0), partial: left < all, only };
}

function fits(suite: Suite, test: Test, { filters, tags }: Selection): boolean {
  const name = `${suite.name} › ${test.name}`.toLowerCase();
  if (filters.length > 0 && !filters.some((filter) => name.includes(filter.toLowerCase()))) return false;
  const unwanted = tags.filter((tag) => tag.startsWith('!')).map((tag) => tag.slice(1));
  const wanted = tags.filter((tag) => !tag.startsWith('!'));
  if (test.tags.some((tag) => unwanted.includes(tag))) return false;
  return wanted.length === 0 || test.tags.some((tag) => wanted.includes(tag));
}
