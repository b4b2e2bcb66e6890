import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../setup/fm.ts';
import { clones, saying, write } from './clones.ts';
import { Shop } from './shop.ts';

/** Two checkouts that have the same, synced. */
async function synced(...texts: string[]): Promise<[Shop, Shop]> {
  const [ada, bob] = clones(2);
  write(ada, 'pay', ...texts);
  await ada.fm('push');
  await bob.fm('pull');
  return [ada, bob];
}

describe('fm pull', () => {
  it('gives files back byte for byte, and leaves what nobody changed alone', async () => {
    const [ada, bob] = clones(2);
    const text = '{"name":"pay",\n\n  "stages": [ {"id":"a","component":"logger","config":{"message":"ä 😀"}} ]\t}\r\n';
    ada.write('pipelines/pay.pipeline.json', text);
    ada.write('pipelines/deep/ship.pipeline.json', `${JSON.stringify({ name: 'ship', stages: [saying('x')] })}`);
    await ada.fm('push');
    const pulled = await bob.fm('pull');
    expect(pulled.code).toBe(0);
    expect(pulled.stdout).toContain('wrote pipelines/pay.pipeline.json  (new there)');
    expect(bob.read('pipelines/pay.pipeline.json')).toBe(text);
    expect((await bob.fm('pull')).stdout).toContain('the files have all of #1 1.0.0');
    expect((await bob.fm('status')).stdout).toBe('in sync with #1 1.0.0 of local\n');
  });

  it('merges what both sides changed in different stages', async () => {
    const [ada, bob] = await synced('one', 'two');
    write(ada, 'pay', 'ada', 'two');
    await ada.fm('push');
    write(bob, 'pay', 'one', 'bob');
    expect((await bob.fm('status')).stdout).toContain('BOTH CHANGED');
    const pulled = await bob.fm('pull', '--json');
    expect(pulled.json()).toMatchObject({ changes: [{ action: 'write', pipeline: 'pay', reason: 'both-changed' }] });
    expect(JSON.parse(bob.read('pipelines/pay.pipeline.json'))).toMatchObject({
      stages: [saying('ada', 'say-1'), saying('bob', 'say-2')],
    });
    expect((await bob.fm('push')).code).toBe(0);
  });

  it('writes nothing where both changed the same, and shows each value and the ways out', async () => {
    const [ada, bob] = await synced('one');
    write(ada, 'pay', 'ada');
    write(ada, 'new', 'new');
    await ada.fm('push');
    write(bob, 'pay', 'bob');
    const before = bob.read('pipelines/pay.pipeline.json');
    const refused = await bob.fm('pull');
    expect(refused.code).toBe(5);
    for (const text of ['"one"', '"bob"', '"ada"', 'fm pull --ours', 'fm pull --theirs', 'fm pull --merge'])
      expect(refused.stdout).toContain(text);
    expect(refused.stderr).toContain('SYNC_CONFLICT');
    expect(bob.read('pipelines/pay.pipeline.json')).toBe(before);
    expect(existsSync(join(bob.root, 'pipelines/new.pipeline.json'))).toBe(false);
    expect((await bob.fm('pull', '--json')).json()).toMatchObject({
      error: { code: 'SYNC_CONFLICT', details: { conflicts: [{ base: 'one', ours: 'bob', theirs: 'ada' }] } },
    });
    const shown = await bob.fm('pull', '--merge', '--dry-run');
    expect(shown.stdout).toContain('would write pipelines/new.pipeline.json');
    expect(bob.read('pipelines/pay.pipeline.json')).toBe(before);
    expect((await bob.fm('pull', '--merge')).code).toBe(0);
    expect(bob.read('pipelines/pay.pipeline.json')).toContain('"$conflict"');
    expect((await bob.fm('validate')).code).toBe(3);
    expect((await bob.fm('push')).code).toBe(3);
  });

  it('decides conflicts for one side, whose result can be pushed', async () => {
    for (const [way, message] of [
      ['--ours', 'bob'],
      ['--theirs', 'ada'],
    ] as const) {
      const [ada, bob] = await synced('one');
      write(ada, 'pay', 'ada');
      await ada.fm('push');
      write(bob, 'pay', 'bob');
      expect((await bob.fm('pull', way)).code).toBe(0);
      expect(JSON.parse(bob.read('pipelines/pay.pipeline.json'))).toMatchObject({ stages: [saying(message, 'say-1')] });
      expect((await bob.fm('push')).code).toBe(0);
    }
    const [, bob] = await synced('one');
    expect(await bob.fm('pull', '--ours', '--theirs')).toMatchObject({ code: 2 });
  });

  it('deletes only what nobody edited, and only when it is told to', async () => {
    const [ada, bob] = clones(2);
    for (const name of ['keep', 'gone', 'edited']) write(ada, name, name);
    await ada.fm('push');
    await bob.fm('pull');
    for (const name of ['gone', 'edited']) rmSync(join(ada.root, `pipelines/${name}.pipeline.json`));
    await ada.fm('push', '--prune');
    const kept = await bob.fm('pull');
    expect(kept.stdout).toContain('kept pipelines/gone.pipeline.json, which is no longer there');
    expect(kept.stdout).toContain('fm pull --prune');
    write(bob, 'edited', 'mine');
    expect((await bob.fm('pull', '--prune')).code).toBe(5);
    expect(readdirSync(join(bob.root, 'pipelines'))).toHaveLength(3);
    expect((await bob.fm('pull', '--prune', '--ours')).code).toBe(0);
    expect(readdirSync(join(bob.root, 'pipelines')).sort()).toEqual(['edited.pipeline.json', 'keep.pipeline.json']);
  });

  it('knows without a base what the org has had before', async () => {
    const [ada, bob, eve] = clones(3);
    write(ada, 'pay', 'one');
    await ada.fm('push');
    write(ada, 'pay', 'two');
    await ada.fm('push');
    write(bob, 'pay', 'one');
    expect((await bob.fm('pull')).stdout).toContain('the file was an older version');
    write(eve as Shop, 'pay', 'three');
    expect((await (eve as Shop).fm('pull')).code).toBe(5);
  });

  it('gets an earlier release without forgetting what is active', async () => {
    const [ada, bob] = await synced('one');
    write(ada, 'pay', 'two');
    await ada.fm('push');
    await bob.fm('pull');
    for (const word of ['#1', 'v1.0.0', '9.9.9', 'nonsense', '#77'].slice(2))
      expect((await bob.fm('pull', '--release', word)).code).toBeGreaterThan(0);
    expect((await bob.fm('pull', '--release', '#1')).code).toBe(0);
    expect(JSON.parse(bob.read('pipelines/pay.pipeline.json'))).toMatchObject({ stages: [saying('one', 'say-1')] });
    expect((await bob.fm('status')).stdout).toContain('TO PUSH');
  });

  it('begins anew with an org that was deleted and made again', async () => {
    const shop = new Shop();
    write(shop, 'pay', 'one');
    await shop.fm('push');
    for (const file of readdirSync(shop.root)) if (file.startsWith('flowmason.db')) rmSync(join(shop.root, file));
    expect((await shop.fm('push', '--json')).json()).toMatchObject({ done: true, deployment: { number: 1 } });
    write(shop, 'pay', 'two');
    await shop.fm('push');
    for (const file of readdirSync(shop.root)) if (file.startsWith('flowmason.db')) rmSync(join(shop.root, file));
    expect((await shop.fm('push')).code).toBe(0);
  });

  it('follows no link, and writes below pipelines/ only', async () => {
    const [ada, bob] = clones(2);
    write(ada, 'pay', 'one');
    await ada.fm('push');
    const outside = tempFolder();
    symlinkSync(outside, join(bob.root, 'pipelines'));
    const refused = await bob.fm('pull');
    expect(refused.code).not.toBe(0);
    expect(readdirSync(outside)).toEqual([]);
    rmSync(join(bob.root, 'pipelines'));
    mkdirSync(join(bob.root, 'pipelines'));
    symlinkSync(join(outside, 'x'), join(bob.root, 'pipelines/pay.pipeline.json'));
    expect((await bob.fm('pull')).code).not.toBe(0);
    expect(readdirSync(outside)).toEqual([]);
  });

  it('says that nothing of the project is there', async () => {
    const shop = new Shop();
    await shop.fm('org', 'create', 'demo');
    const early = await shop.fm('pull', '--org', 'demo');
    expect(early).toMatchObject({ code: 4 });
    expect(early.stderr).toContain('Try: fm push --org demo');
  });
});
