import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fm, tempFolder } from '../setup/fm.ts';
import { write } from './clones.ts';
import { Shop } from './shop.ts';

const CHILD = fileURLToPath(new URL('fixtures/kill-at-write.ts', import.meta.url));
const SLOW = 300_000;

interface Entry {
  readonly number: number;
  readonly release: string;
  readonly active: boolean;
}

/** fm from its sources, killed at a write to the database; with 0 to its end. Answers the points that it has passed. */
function runner(shop: Shop) {
  const HOME = tempFolder();
  return async (point: number, ...words: string[]): Promise<number> => {
    const program = [process.execPath, CHILD, String(point)] as const;
    const { code, signal, stderr } = await fm(words, { cwd: shop.root, env: { HOME }, program });
    if (point > 0) {
      expect(signal, stderr).toBe('SIGKILL');
      return point;
    }
    expect(code, stderr).toBe(0);
    return Number(/^points (\d+)$/m.exec(stderr)?.[1]);
  };
}

async function active(shop: Shop): Promise<Entry> {
  const { deployments } = (await shop.fm('history', '--json')).json() as { deployments: Entry[] };
  const found = deployments.filter((entry) => entry.active);
  expect(found).toHaveLength(1);
  return found[0] as Entry;
}

/** Nothing of another release is active: the org has the files of exactly one. */
async function differing(shop: Shop, release: string): Promise<number> {
  const { diff } = (await shop.fm('diff', release, 'org:local', '--json')).json() as {
    diff: { pipelines: Record<'added' | 'changed' | 'removed', unknown[]> };
  };
  return diff.pipelines.added.length + diff.pipelines.changed.length + diff.pipelines.removed.length;
}

describe('killed before and after every write to the database', { timeout: SLOW }, () => {
  it('a push leaves the old release or the new one, and a rerun converges', async () => {
    const shop = new Shop();
    const run = runner(shop);
    const change = (text: string): void => {
      write(shop, 'pay', text);
      write(shop, 'ship', text);
    };
    change('first');
    await run(0, 'push', '--yes');
    change('second');
    const points = await run(0, 'push', '--yes');
    expect(points).toBeGreaterThan(3);
    const seen = new Set<string>();
    for (let point = 1; point <= points; point++) {
      const before = await active(shop);
      change(`point ${point}`);
      await run(point, 'push', '--yes');
      const after = await active(shop);
      seen.add(after.release === before.release ? 'old' : 'new');
      expect(after.number - before.number).toBe(after.release === before.release ? 0 : 1);
      expect(await differing(shop, after.release)).toBe(0);
      expect(await shop.fm('push')).toMatchObject({ code: 0 });
      expect((await shop.fm('status')).stdout).toContain('in sync');
    }
    expect([...seen].sort()).toEqual(['new', 'old']);
  });

  it('a rollback is done or is not, and can be repeated', async () => {
    const shop = new Shop();
    const run = runner(shop);
    for (const text of ['first', 'second']) {
      write(shop, 'pay', text);
      await shop.fm('push');
    }
    const points = await run(0, 'rollback', '--previous', '--yes');
    expect(points).toBeGreaterThan(1);
    const seen = new Set<string>();
    for (let point = 1; point <= points; point++) {
      const before = await active(shop);
      await run(point, 'rollback', '--previous', '--yes');
      const after = await active(shop);
      seen.add(after.release === before.release ? 'old' : 'new');
      expect(after.number - before.number).toBe(after.release === before.release ? 0 : 1);
      expect(await differing(shop, after.release)).toBe(0);
      expect(await shop.fm('rollback', '--previous')).toMatchObject({ code: 0 });
    }
    expect([...seen].sort()).toEqual(['new', 'old']);
  });
});
