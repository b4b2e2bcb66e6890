import { expect, it } from 'vitest';
import { poolsOf } from '../../src/cli/actions/worker/pools.ts';

it('takes the pools of --tags as they are meant, with and without spaces beside the commas', () => {
  expect(poolsOf(undefined)).toEqual([]);
  expect(poolsOf(['gpu', ' eu ', 'big machines'])).toEqual(['gpu', 'eu', 'big machines']);
});

it.each([
  [[''], 'an empty text', 'gpu,eu'],
  [[' '], 'an empty text', 'gpu,eu'],
  [['gpu', '', 'eu'], '"gpu,,eu"', 'gpu,eu'],
])('refuses %j, which would be a worker that nobody meant', (tags, found, better) => {
  expect(() => poolsOf(tags)).toThrow(
    expect.objectContaining({
      code: 'USAGE',
      message: `--tags: expected names of pools with a comma between two, found ${found}`,
      hint: `fm worker --tags ${better}`,
    }),
  );
});
