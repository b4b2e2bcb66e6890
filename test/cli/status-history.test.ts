import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clones, saying, write } from './clones.ts';
import { Shop } from './shop.ts';

describe('fm status', () => {
  it('says of every file who changed it, and what to type', async () => {
    const [ada, bob] = clones(2);
    for (const name of ['same', 'mine', 'theirs', 'both', 'gone-here', 'gone-there']) write(ada, name, name);
    await ada.fm('push');
    await bob.fm('pull');
    for (const name of ['theirs', 'both']) write(ada, name, 'ada');
    write(ada, 'new-there', 'x');
    rmSync(join(ada.root, 'pipelines/gone-there.pipeline.json'));
    await ada.fm('push', '--prune');
    for (const name of ['mine', 'both']) write(bob, name, 'bob');
    write(bob, 'new-here', 'x');
    rmSync(join(bob.root, 'pipelines/gone-here.pipeline.json'));
    bob.write('pipelines/broken.pipeline.json', '{');
    const status = await bob.fm('status');
    expect(status.code).toBe(0);
    for (const text of [
      'active: #2 1.0.0; last synced: 1.0.0',
      'pipelines/mine.pipeline.json  (changed here)',
      'pipelines/gone-here.pipeline.json  (removed here; needs --prune)',
      'pipelines/theirs.pipeline.json  (changed there)',
      'pipelines/gone-there.pipeline.json  (removed there; needs --prune)',
      'pipelines/both.pipeline.json',
      'pipelines/new-here.pipeline.json',
      'pipelines/new-there.pipeline.json',
      'pipelines/broken.pipeline.json',
      'fm push --prune',
      'fm pull --prune',
    ])
      expect(status.stdout, text).toContain(text);
    const document = (await bob.fm('status', '--json')).json() as { steps: { name: string; action: string }[] };
    expect(document).toMatchObject({ in_sync: false, active: { number: 2 }, base: { deployment: 1 } });
    expect(document.steps.find(({ name }) => name === 'same')).toMatchObject({ action: 'unchanged' });
  });
});

describe('fm history', () => {
  it('lists every entry with what it did, and goes on with the older ones', async () => {
    const shop = new Shop();
    for (const text of ['one', 'two', 'three']) {
      write(shop, 'pay', text);
      await shop.fm('push', '--message', `Say ${text} \u{202e}`);
    }
    expect(await shop.fm('push', '--message', 'a \u{1b}[31m')).toMatchObject({ code: 0 });
    write(shop, 'pay', 'four');
    expect(await shop.fm('push', '--message', 'a \u{1b}[31m')).toMatchObject({ code: 2 });
    await shop.fm('rollback', '#1', '--message', 'Too much');
    const { stdout, stderr } = await shop.fm('history');
    expect(stderr).toBe('target: local org sqlite:///flowmason.db\n');
    expect(stdout).toMatch(/^#4 +rollback +1\.0\.0 +active .* \+0 ~1 -0 +Too much$/m);
    expect(stdout).toMatch(/^#1 +push +1\.0\.0 .* \+1 ~0 -0 +Say one/m);
    expect(stdout).not.toContain('\u{202e}');
    const page = await shop.fm('history', '--limit', '2');
    expect(page.stdout).toContain('fm history --limit 2 --before 3 --org local');
    const older = (await shop.fm('history', '--limit', '2', '--before', '3', '--json')).json();
    expect(older).toMatchObject({ deployments: [{ number: 2 }, { number: 1 }], next: null });
    expect(await shop.fm('history', '--limit', '0')).toMatchObject({ code: 2 });
  });
});

describe('fm diff', () => {
  it('compares files, orgs, releases and git revisions', async () => {
    const shop = new Shop();
    write(shop, 'pay', 'one');
    await shop.fm('push');
    expect((await shop.fm('diff')).stdout).toContain('nothing differs');
    expect((await shop.fm('diff', '--exit-code')).code).toBe(0);
    write(shop, 'pay', 'two');
    await shop.fm('org', 'create', 'demo', '--from', 'local');
    await shop.fm('push', '--org', 'demo', '--force');
    write(shop, 'pay', 'three');
    write(shop, 'more', 'x');
    const plain = await shop.fm('diff');
    expect(plain.stdout).toMatch(/^local #1 1\.0\.0 → files 1\.0\.0 {2}\+1 ~1 -0/);
    expect(plain.stdout).toContain('"one" → "three"');
    expect((await shop.fm('diff', '--exit-code')).code).toBe(1);
    expect((await shop.fm('diff', 'org:demo')).stdout).toContain('"two" → "three"');
    expect((await shop.fm('diff', 'active', 'org:demo')).stdout).toContain('"one" → "two"');
    expect((await shop.fm('diff', '#1', '--org', 'demo')).stdout).toContain('"one" → "three"');
    expect((await shop.fm('diff', 'org:demo@#1', 'org:demo@v1.0.0')).code).toBe(0);
    const file = await shop.fm('diff', 'active', 'pipelines/pay.pipeline.json', '--json');
    expect(file.json()).toMatchObject({ kind: 'pipeline', name: 'pay', differs: true });
    const markdown = await shop.fm('diff', '--format', 'markdown');
    expect(markdown.stdout).toContain('`pay`');
    shop.git('init', '-q');
    shop.git('add', '.');
    shop.git('commit', '-q', '-m', 'x');
    expect((await shop.fm('diff', 'HEAD:', 'files')).stdout).toContain('nothing differs');
    expect((await shop.fm('diff', 'HEAD:', 'org:demo')).stdout).toContain('"three" → "two"');
    shop.write('pipelines/bad.pipeline.json', { name: 'bad', stages: [{ id: 'a', component: 'nope' }] });
    expect((await shop.fm('diff')).stdout).toContain('+ bad');
  });

  it('tells who typed something else what to type', async () => {
    const shop = new Shop();
    write(shop, 'pay', 'one');
    await shop.fm('push');
    expect((await shop.fm('diff', 'pay')).stderr).toContain('Try: fm diff HEAD:pipelines/pay.pipeline.json');
    expect(await shop.fm('diff', 'org:nope')).toMatchObject({ code: 2 });
    expect(await shop.fm('diff', '#77')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('Try: fm history --org local'),
    });
    expect(await shop.fm('diff', 'active', 'pipelines/nope.pipeline.json')).toMatchObject({ code: 4 });
    shop.write('other.pipeline.json', { name: 'pays', stages: [saying('x')] });
    expect((await shop.fm('diff', 'active', './other.pipeline.json')).stderr).toContain('`pay`');
  });
});

describe('fm rollback', () => {
  it('goes back, says what does not, and returns when it is done twice', async () => {
    const shop = new Shop();
    write(shop, 'pay', 'one');
    await shop.fm('push');
    expect(await shop.fm('rollback', '--previous')).toMatchObject({ code: 4 });
    shop.write('flowmason.json', { name: 'shop', version: '2.0.0' });
    write(shop, 'pay', 'two');
    await shop.fm('push');
    const dry = await shop.fm('rollback', '--previous', '--dry-run');
    expect(dry.stdout).toContain('shop: back from #2 2.0.0');
    expect(dry.stdout).toContain('"two" → "one"');
    expect((await shop.fm('rollback', '--previous', '--dry-run', '--json')).json()).toMatchObject({ deployment: null });
    const back = await shop.fm('rollback', 'v1.0.0');
    expect(back.code).toBe(0);
    expect(back.stdout).toMatch(/^#3 rollback 1\.0\.0 \([0-9a-f]{12}\) is active in local; was #2 2\.0\.0\n/);
    expect(back.stdout).toContain('secrets and variables keep the values that they have now');
    expect((await shop.fm('rollback', '--previous', '--json')).json()).toMatchObject({
      deployment: { number: 4, version: '2.0.0', kind: 'rollback' },
    });
    const digest = (
      (await shop.fm('history', '--json')).json() as { deployments: { release: string }[] }
    ).deployments.at(-1);
    expect((await shop.fm('rollback', String(digest?.release).slice(0, 16))).code).toBe(0);
    expect((await shop.fm('diff')).stdout).toContain('"one" → "two"');
  });

  it('tells who typed something else what to type', async () => {
    const shop = new Shop();
    write(shop, 'pay', 'one');
    await shop.fm('push');
    expect((await shop.fm('rollback')).stderr).toContain('Try: fm rollback --previous');
    expect(await shop.fm('rollback', 'previous')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Try: fm rollback --previous'),
    });
    expect(await shop.fm('rollback', 'v9.9.9')).toMatchObject({ code: 4 });
    expect(await shop.fm('rollback', '#9')).toMatchObject({ code: 4 });
    expect(await shop.fm('rollback', 'active')).toMatchObject({ code: 2 });
    expect(await shop.fm('rollback', '#1', '--previous')).toMatchObject({ code: 2 });
    expect(await shop.fm('rollback', 'pay')).toMatchObject({ code: 2 });
  });
});
