import { expect, it } from 'vitest';
import { workersText } from '../../src/cli/print/administration/workers.ts';
import type { WorkerView } from '../../src/core/api/administration.ts';

const NOW = Date.UTC(2026, 0, 5, 12);
const BUILT_IN = ['delay', 'logger'].map((name) => ({ name, version: '1.0.0' }));
const WORKER: WorkerView = {
  id: 'w1',
  host: 'one',
  pid: 7,
  version: '1.2.0',
  concurrency: 4,
  running: 1,
  pools: ['gpu', 'eu'],
  components: ['delay@1.0.0', 'logger@1.0.0'],
  cached: 3,
  draining: false,
  started_at: NOW - 7_800_000,
  last_seen_at: NOW - 2_000,
  live: true,
};

const lines = (...workers: WorkerView[]): string[] =>
  workersText(workers, NOW, BUILT_IN)
    .split('\n')
    .map((line) => line.replaceAll(/ {2,}/g, ' | ').trim());

it('shows who is alive, since when, with which components and how many pipelines at hand', () => {
  expect(lines()).toEqual(['no workers']);
  expect(lines(WORKER)).toEqual([
    'ID | STATE | RUNS | PROCESS | VERSION | TAGS | UP | SEEN | CACHED | COMPONENTS',
    'w1 | live | 1/4 | one:7 | 1.2.0 | gpu,eu | 2 h 10 m | 2.0 s ago | 3 | built-in',
  ]);
});

it('names the components that a worker has of its own, and those that it lacks', () => {
  const of = (...components: string[]) =>
    lines({ ...WORKER, components })[1]
      ?.split(' | ')
      .at(-1);
  expect(of('delay@1.0.0', 'logger@1.0.0', 'slug@2.0.0')).toBe('built-in, slug@2.0.0');
  expect(of('logger@1.0.0')).toBe('built-in without delay@1.0.0');
  expect(of('delay@1.0.0', 'logger@1.1.0')).toBe('built-in without logger@1.0.0, logger@1.1.0');
  const many = Array.from({ length: 7 }, (_, i) => `own${i}@1.0.0`);
  expect(of('delay@1.0.0', 'logger@1.0.0', ...many)).toBe(
    'built-in, own0@1.0.0, own1@1.0.0, own2@1.0.0, own3@1.0.0, own4@1.0.0 and 2 more',
  );
});

it('shows what a worker says of itself without what would move the cursor', () => {
  const odd = { ...WORKER, host: 'o\u001b[2Jne', version: '\u0007', pools: ['\u009b'], components: ['\u001b@1'] };
  const text = workersText(
    [
      { ...odd, draining: true },
      { ...odd, live: false },
    ],
    NOW,
    BUILT_IN,
  );
  expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
});
