import { expect, it } from 'vitest';
import { isRunId } from '../../src/core/run-id.ts';
import { edgeIds, pooledIds } from '../../src/hosts/edge/ids.ts';

it.each([
  ['each with chance of its own', edgeIds],
  ['out of chance that was asked for at once', pooledIds()],
])('makes ids that are all different, %s', (_name, ids) => {
  // More than the pool has chance for at a time.
  const made = Array.from({ length: 5_000 }, (_, at) => ({
    run: ids.run(1_790_000_000_000 + at),
    random: ids.random(),
  }));
  expect(made.filter(({ run, random }) => !isRunId(run) || !/^[0-9a-f]{32}$/.test(random))).toEqual([]);
  expect(new Set(made.map(({ run }) => run)).size).toBe(5_000);
  expect(new Set(made.map(({ random }) => random)).size).toBe(5_000);
});
