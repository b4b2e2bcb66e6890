import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/core/ports.ts';
import { fileStageCache } from '../../src/hosts/node/stage-cache.ts';
import { temporaryFolder } from './fixtures/folder.ts';

const KEY = 'a'.repeat(64);
const keyOf = (n: number): string => n.toString(16).padStart(64, '0');

function setup(environment = 'local') {
  const home = join(temporaryFolder(), '.flowmason');
  let now = 1_000;
  const clock: Clock = { now: () => now, after: () => () => {} };
  const folder = join(home, 'cache', environment);
  return { home, folder, clock, cache: fileStageCache(home, environment, clock), pass: (ms: number) => (now += ms) };
}

describe('cached outputs', () => {
  it('are there until their time is over', async () => {
    const { cache, pass, folder } = setup();
    expect(await cache.get(KEY)).toBeUndefined();
    await cache.set(KEY, { a: [1, null, 'ü\u0000"'] }, 500);
    pass(499);
    expect(await cache.get(KEY)).toEqual({ a: [1, null, 'ü\u0000"'] });
    pass(1);
    expect(await cache.get(KEY)).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('may be null, which is not nothing', async () => {
    const { cache } = setup();
    await cache.set(KEY, null, 500);
    expect(await cache.get(KEY)).toBeNull();
  });

  it('outlive the process', async () => {
    const { home, cache, clock } = setup();
    await cache.set(KEY, 1, 500);
    expect(await fileStageCache(home, 'local', clock).get(KEY)).toBe(1);
  });

  it('belong to one environment', async () => {
    const { home, cache, clock } = setup();
    await cache.set(KEY, 1, 500);
    expect(await fileStageCache(home, 'staging', clock).get(KEY)).toBeUndefined();
  });

  it('are readable by their owner only', async () => {
    const { cache, folder } = setup();
    await cache.set(KEY, 1, 500);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, KEY)).mode & 0o777).toBe(0o600);
  });

  it('are bounded in number: the oldest go', async () => {
    const { cache, folder } = setup();
    for (let i = 0; i < 1_000; i++) await cache.set(keyOf(i), i, 500);
    for (let i = 0; i < 1_000; i++) utimesSync(join(folder, keyOf(i)), i, i);
    await cache.set(keyOf(1_000), 1_000, 500);
    expect(readdirSync(folder)).toHaveLength(900);
    expect(await cache.get(keyOf(1_000))).toBe(1_000);
    expect(await cache.get(keyOf(100))).toBeUndefined();
    expect(await cache.get(keyOf(101))).toBe(101);
  });
});

describe('a cache that cannot be used', () => {
  it('is a miss when an entry is damaged', async () => {
    const { cache, folder } = setup();
    await cache.set(KEY, 1, 500);
    for (const text of ['', '{', '[]', '{"expires_at":"x"}', '\u0000']) {
      writeFileSync(join(folder, KEY), text);
      expect(await cache.get(KEY)).toBeUndefined();
    }
  });

  it('never leads out of the project', async () => {
    const { home, cache } = setup();
    for (const key of ['../../escape', '/etc/passwd', '', 'A'.repeat(64), `${KEY}/x`]) {
      await cache.set(key, 1, 500);
      expect(await cache.get(key)).toBeUndefined();
    }
    expect(existsSync(home)).toBe(false);
    const outside = temporaryFolder();
    symlinkSync(outside, home);
    await cache.set(KEY, 1, 500);
    expect(readdirSync(outside)).toEqual([]);
  });

  it('is no error of the run', async () => {
    const { home, cache } = setup();
    writeFileSync(home, 'a file is in the way');
    await cache.set(KEY, 1, 500);
    expect(await cache.get(KEY)).toBeUndefined();
    expect(readFileSync(home, 'utf8')).toBe('a file is in the way');
  });
});
