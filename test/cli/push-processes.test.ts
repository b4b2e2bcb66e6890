import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@libsql/client/sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { localCandidate } from '../../src/cli/actions/release/candidate.ts';
import { planRelease, uploadAndPlan } from '../../src/cli/actions/release/plan.ts';
import { compareWithOrg } from '../../src/cli/actions/release/unseen.ts';
import { openKnown } from '../../src/cli/known.ts';
import { localRelease } from '../../src/cli/project/local-release.ts';
import { openTarget } from '../../src/cli/target.ts';
import { BIN, type Ended, fm, tempFolder } from '../setup/fm.ts';
import { clones, type PushDocument, write } from './clones.ts';
import { Shop } from './shop.ts';

const SLOW = 120_000;

/** The real fm in a checkout, with one home for all its commands. */
function processOf(shop: Shop) {
  const HOME = tempFolder();
  return (args: readonly string[], killAfter?: number): Promise<Ended> =>
    fm(args, { cwd: shop.root, env: { HOME }, ...(killAfter === undefined ? undefined : { killAfter }) });
}

interface Entry {
  readonly number: number;
  readonly release: string;
  readonly active: boolean;
  readonly status: string;
}

async function history(shop: Shop): Promise<Entry[]> {
  const answer = await shop.fm('history', '--json');
  if (answer.code === 4) return [];
  expect(answer.code, answer.stdout + answer.stderr).toBe(0);
  return (answer.json() as { deployments: Entry[] }).deployments;
}

describe('two pushes at the same instant', { timeout: SLOW }, () => {
  it('leave one active; the other is told, and sees it then', async () => {
    for (let round = 0; round < 3; round++) {
      const [ada, bob] = clones(2);
      write(ada, 'pay', 'same');
      await ada.fm('push');
      await bob.fm('pull');
      write(ada, 'pay', 'ada');
      write(bob, 'pay', 'bob');
      const ended = await Promise.all([ada, bob].map((shop) => processOf(shop)(['push', '--json'])));
      expect(ended.map(({ code }) => code).sort()).toEqual([0, 5]);
      const lost = ended.find(({ code }) => code === 5);
      const { error } = JSON.parse(lost?.stdout ?? '') as PushDocument;
      expect(['BASE_MOVED', 'UNSEEN_CHANGES']).toContain(error?.code);
      const entries = await history(ada);
      expect(entries.map(({ number }) => number)).toEqual([2, 1]);
      expect(entries.filter(({ active }) => active)).toHaveLength(1);
    }
  });
});

describe('a push while another one becomes active', () => {
  it('plans against nothing that its files were not compared with', async () => {
    const [ada, bob] = clones(2);
    write(ada, 'pay', 'same');
    await ada.fm('push');
    await bob.fm('pull');
    write(ada, 'pay', 'ada');
    write(bob, 'pay', 'bob');
    const known = await openKnown(bob.root);
    const local = await localRelease(known.workspace, known.descriptors);
    const target = await openTarget(known.workspace, {}, { known });
    onTestFinished(() => target.close());
    const { active, unseen } = await compareWithOrg(known.workspace, target, local);
    expect({ number: active?.number, unseen }).toEqual({ number: 1, unseen: undefined });
    await ada.fm('push');
    const candidate = { ...localCandidate(local), base: active?.number };
    const flags = { prune: false, force: false, again: false };
    for (const plan of [planRelease, uploadAndPlan]) {
      await expect(plan(target, candidate, flags)).rejects.toMatchObject({ code: 'BASE_MOVED' });
    }
    expect((await history(ada)).map(({ number }) => number)).toEqual([2, 1]);
  });
});

/** Kills a command at a moment of its life; answers whether it was still alive. */
async function killed(shop: Shop, args: readonly string[], after: number): Promise<boolean> {
  const ended = await processOf(shop)(args, after);
  return ended.signal === 'SIGKILL';
}

/** From the first moment to the last one of a command that takes so long, in steps. */
function moments(longest: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.round((longest * (i + 1)) / count));
}

describe('a command that is killed', { timeout: SLOW }, () => {
  it('push: leaves the old release or the new one, and a rerun converges', async () => {
    const shop = new Shop();
    for (let i = 0; i < 30; i++) write(shop, `p-${i}`, 'zero');
    const began = performance.now();
    await processOf(shop)(['push']);
    const took = performance.now() - began;
    let alive = 0;
    for (const [round, after] of moments(took, 12).entries()) {
      for (let i = 0; i < 30; i++) write(shop, `p-${i}`, `round ${round}`);
      const before = await history(shop);
      if (await killed(shop, ['push', '--yes'], after)) alive++;
      const seen = await history(shop);
      expect(seen.filter(({ active }) => active)).toHaveLength(1);
      expect(seen.filter(({ status }) => status === 'succeeded').length - before.length).toBeOneOf([0, 1]);
      const diff = (await shop.fm('diff', '--json')).json() as { diff: { pipelines: { changed: unknown[] } } };
      expect([0, 30]).toContain(diff.diff.pipelines.changed.length);
      expect((await shop.fm('push')).code).toBe(0);
      expect((await shop.fm('status', '--json')).json()).toMatchObject({ in_sync: true });
    }
    expect(alive).toBeGreaterThan(0);
  });

  it('pull: a rerun finishes what it had begun', async () => {
    const [ada, bob] = clones(2);
    const names = Array.from({ length: 30 }, (_, i) => `p-${i}`);
    for (const name of names) write(ada, name, 'zero');
    await ada.fm('push');
    const began = performance.now();
    await processOf(bob)(['pull']);
    const took = performance.now() - began;
    for (const [round, after] of moments(took, 10).entries()) {
      for (const name of names) write(ada, name, `round ${round}`);
      await ada.fm('push');
      await killed(bob, ['pull'], after);
      expect((await bob.fm('pull')).code).toBe(0);
      for (const name of names)
        expect(bob.read(`pipelines/${name}.pipeline.json`)).toBe(ada.read(`pipelines/${name}.pipeline.json`));
      expect(readdirSync(join(bob.root, 'pipelines')).filter((name) => name.startsWith('.'))).toEqual([]);
    }
  });

  it('rollback: is done or is not, and can be repeated', async () => {
    const shop = new Shop();
    for (const text of ['one', 'two']) {
      write(shop, 'pay', text);
      await shop.fm('push');
    }
    const began = performance.now();
    await processOf(shop)(['rollback', '--previous']);
    const took = performance.now() - began;
    for (const after of moments(took, 8)) {
      const before = await history(shop);
      await killed(shop, ['rollback', '--previous'], after);
      const seen = await history(shop);
      expect(seen.length - before.length).toBeOneOf([0, 1]);
      expect(seen.filter(({ active }) => active)).toHaveLength(1);
      expect(seen[0]?.active).toBe(true);
    }
  });
});

describe('the database of an org', () => {
  it('that a newer version has migrated is not touched', async () => {
    const shop = new Shop();
    write(shop, 'pay', 'one');
    await shop.fm('push');
    const client = createClient({ url: `file:${join(shop.root, 'flowmason.db')}` });
    const { rows } = await client.execute('select * from flowmason_migrations order by number desc limit 1');
    const later = { ...rows[0], number: Number(rows[0]?.number) + 1, name: '9999-later' };
    const [names, marks] = [
      Object.keys(later).join(', '),
      Object.keys(later)
        .map(() => '?')
        .join(', '),
    ];
    const sql = `insert into flowmason_migrations (${names}) values (${marks})`;
    await client.execute({ sql, args: Object.values(later) });
    client.close();
    const newer = await processOf(shop)(['status']);
    expect(newer).toMatchObject({ code: 5, stdout: '' });
    expect(newer.stderr).toContain('SCHEMA_NEWER');
  });
});

describe('a disk that is full or read-only', () => {
  it('fails a push with a reason, and the release before stays active', async () => {
    const shop = new Shop();
    write(shop, 'pay', 'one');
    await shop.fm('push');
    const { deployments } = (await shop.fm('history', '--json')).json() as { deployments: Entry[] };
    for (let i = 0; i < 40; i++) write(shop, `big-${i}`, 'x'.repeat(60_000) + i);
    const limited = ['sh', '-c', 'ulimit -f 900; exec "$0" "$@"', process.execPath, BIN] as const;
    const full = await fm(['push'], { cwd: shop.root, program: [...limited] });
    expect(full, full.stderr).toMatchObject({ code: 1, stdout: '' });
    expect(full.stderr).toMatch(/DATABASE_DISK|FILE_SYSTEM/);
    expect((await shop.fm('history', '--json')).json()).toEqual({ deployments, next: null });
    expect((await shop.fm('push')).code).toBe(0);
  });

  it('keeps what was there', async () => {
    const shop = new Shop();
    write(shop, 'pay', 'one');
    mkdirSync(join(shop.root, 'flowmason.db'));
    const folder = await shop.fm('push');
    expect(folder).toMatchObject({ code: 1, stdout: '' });
    expect(folder.stderr).toContain('DATABASE_READ_ONLY');
    rmSync(join(shop.root, 'flowmason.db'), { recursive: true });
    await shop.fm('push');
    const whole = readFileSync(join(shop.root, 'flowmason.db'));
    writeFileSync(join(shop.root, 'flowmason.db'), whole.subarray(0, 5_000));
    const damaged = await shop.fm('status');
    expect(damaged.code).toBe(1);
    expect(damaged.stderr).toContain('DATABASE_CORRUPT');
  });
});
