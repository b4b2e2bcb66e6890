import { describe, expect, it } from 'vitest';
import { isFocused, type Selection, Selector } from '../../src/testing/suite/select.ts';
import { ECHO, read } from './harness.ts';

const { suite } = read(
  {
    name: 'shop',
    tags: ['all'],
    tests: [
      { name: 'Pays', tags: ['slow'] },
      { name: 'sends', cases: [{ name: 'one' }, { name: 'two' }] },
      { name: 'ends', skip: 'not yet' },
    ],
  },
  { pipeline: ECHO },
);
const focused = read({ name: 'other', tests: [{ name: 'a' }, { name: 'b', only: true }] }, { pipeline: ECHO }).suite;

function chosen(selection: Partial<Selection>, suites = [suite]): [string[], boolean] {
  const known = suites.filter((each) => each !== undefined);
  const whole = { filters: [], tags: [], shard: undefined, ...selection };
  const selector = new Selector(
    whole,
    known.some((each) => isFocused(each, whole)),
  );
  const names = known.flatMap((each) => selector.choose(each).map(({ name }) => name));
  return [names, selector.partial];
}

describe('the tests that run', () => {
  it.each<[Partial<Selection>, string[], boolean]>([
    [{}, ['Pays', 'sends › one', 'sends › two', 'ends'], false],
    [{ filters: ['pays'] }, ['Pays'], true],
    [{ filters: ['shop › sends'] }, ['sends › one', 'sends › two'], true],
    [{ filters: ['two', 'PAYS'] }, ['Pays', 'sends › two'], true],
    [{ tags: ['slow'] }, ['Pays'], true],
    [{ tags: ['!slow'] }, ['sends › one', 'sends › two', 'ends'], true],
    [{ tags: ['all'] }, ['Pays', 'sends › one', 'sends › two', 'ends'], false],
    [{ tags: ['all', '!slow'], filters: ['e'] }, ['sends › one', 'sends › two', 'ends'], true],
    [{ shard: { index: 1, count: 3 } }, ['Pays', 'ends'], true],
    [{ shard: { index: 2, count: 3 } }, ['sends › one'], true],
    [{ shard: { index: 3, count: 3 } }, ['sends › two'], true],
    [{ filters: ['nothing'] }, [], true],
  ])('of %j', (selection, names, partial) => {
    expect(chosen(selection)).toEqual([names, partial]);
  });

  it('are only those with `only`, in all files', () => {
    expect(chosen({}, [suite, focused])).toEqual([['b'], true]);
    expect(chosen({ filters: ['shop'] }, [suite, focused])).toEqual([
      ['Pays', 'sends › one', 'sends › two', 'ends'],
      true,
    ]);
  });
});
