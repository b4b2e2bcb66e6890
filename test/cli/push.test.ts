import { existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../setup/fm.ts';
import { shell } from '../setup/in-process.ts';
import { clones, type PushDocument, write } from './clones.ts';
import { Shop } from './shop.ts';

describe('fm push', () => {
  it('makes the org, activates the files, and says how to go on', async () => {
    const shop = new Shop();
    write(shop, 'pay', 'one');
    const pushed = await shop.fm('push', '--message', 'First');
    expect(pushed.code).toBe(0);
    expect(pushed.stderr).toMatch(
      /^target: local org sqlite:\/\/\/flowmason\.db\nshop 1\.0\.0 \([0-9a-f]{12}\) is the first/,
    );
    expect(pushed.stdout).toMatch(/^#1 push 1\.0\.0 \([0-9a-f]{12}\) is active in local, the first release there\n/);
    expect(pushed.stdout).toContain('fm run pay --org local');
    expect(statSync(join(shop.root, 'flowmason.db')).mode & 0o777).toBe(0o600);
    const history = await shop.fm('history', '--json');
    expect(history.json()).toMatchObject({
      deployments: [{ number: 1, kind: 'push', message: 'First', active: true }],
    });
  });

  it('sends only what is missing, and nothing when nothing is new', async () => {
    const shop = new Shop();
    for (const name of ['a', 'b', 'c']) write(shop, name, name);
    expect((await shop.fm('push', '--json')).json()).toMatchObject({ done: true, uploaded: 3 });
    const again = await shop.fm('push');
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.stdout).toMatch(/^nothing to do: #1 1\.0\.0 \([0-9a-f]{12}\) is active in local already\n$/);
    write(shop, 'b', 'other');
    const changed = (await shop.fm('push', '--json')).json();
    expect(changed).toMatchObject({ done: true, uploaded: 1, deployment: { number: 2, changes: { changed: 1 } } });
  });

  it('writes nothing with --dry-run, and shows what it would do', async () => {
    const shop = new Shop();
    write(shop, 'pay', 'one');
    const dry = await shop.fm('push', '--dry-run');
    expect(dry.code).toBe(0);
    expect(dry.stdout).toContain('to upload: 1 pipeline');
    expect(dry.stdout).toContain('To apply it:\n  fm push\n');
    expect(existsSync(join(shop.root, 'flowmason.db'))).toBe(false);
    await shop.fm('push');
    write(shop, 'pay', 'two');
    const before = readFileSync(join(shop.root, 'flowmason.db'));
    const second = await shop.fm('push', '--dry-run', '--json');
    expect(second.json()).toMatchObject({ plan: { diff: { pipelines: { changed: [{ name: 'pay' }] } } }, upload: 1 });
    expect(readFileSync(join(shop.root, 'flowmason.db')).equals(before)).toBe(true);
    expect(((await shop.fm('history', '--json')).json() as { deployments: unknown[] }).deployments).toHaveLength(1);
  });

  it('refuses files that are invalid with their places, and makes no org', async () => {
    const shop = new Shop();
    write(shop, 'pay', 'one');
    shop.write('pipelines/bad.pipeline.json', '{ "name": "bad", "stages": [{ "id": "x", "component": "nope" }] }');
    const refused = await shop.fm('push');
    expect(refused).toMatchObject({ code: 3, stdout: '' });
    expect(refused.stderr).toContain('pipelines/bad.pipeline.json:1:');
    expect(existsSync(join(shop.root, 'flowmason.db'))).toBe(false);
  });

  it('removes nothing without consent to it', async () => {
    const shop = new Shop();
    for (const name of ['a', 'b', 'c']) write(shop, name, name);
    await shop.fm('push');
    for (const name of ['b', 'c']) rmSync(join(shop.root, `pipelines/${name}.pipeline.json`));
    for (const flags of [[], ['--yes'], ['--force']]) {
      const refused = await shop.fm('push', ...flags);
      expect(refused).toMatchObject({ code: 9, stdout: '' });
      expect(refused.stderr).toContain('REMOVALS_NEED_CONSENT  2 pipelines would be removed');
      expect(refused.stderr).toContain('Try: fm push --prune');
    }
    const { error } = (await shop.fm('push', '--json')).json() as PushDocument;
    expect(error).toMatchObject({ code: 'REMOVALS_NEED_CONSENT', details: { removals: ['b', 'c'] } });
    expect((await shop.fm('push', '--dry-run')).stdout).toContain('2 pipelines would be removed; needs --prune:');
    expect((await shop.fm('push', '--prune')).stdout).toContain('0 pipelines added, 0 changed, 2 removed');
  });

  it('does not overwrite what others pushed and nobody here has seen', async () => {
    const [ada, bob] = clones(2);
    for (const shop of [ada, bob]) write(shop, 'pay', 'one');
    await ada.fm('push');
    await bob.fm('pull');
    write(bob, 'pay', 'bob');
    write(bob, 'extra', 'x');
    expect((await bob.fm('push')).code).toBe(0);
    write(ada, 'pay', 'ada');
    const refused = await ada.fm('push');
    expect(refused.code).toBe(5);
    expect(refused.stdout).toContain('has changes that you have not seen. Nothing was pushed.');
    expect(refused.stdout).toContain('pay  pipelines/pay.pipeline.json');
    expect(refused.stderr).toContain('UNSEEN_CHANGES');
    expect(refused.stderr).toContain('Try: fm pull, or overwrite them: fm push --force');
    expect((await ada.fm('push', '--json')).json()).toMatchObject({ error: { code: 'UNSEEN_CHANGES' } });
    const forced = await ada.fm('push', '--force', '--prune');
    expect(forced.code).toBe(0);
    expect((await ada.fm('status')).stdout).toMatch(/^in sync with #3 /);
  });

  it('does not undo a rollback unless it is told to', async () => {
    const shop = new Shop();
    write(shop, 'pay', 'one');
    await shop.fm('push');
    write(shop, 'pay', 'two');
    await shop.fm('push');
    await shop.fm('rollback', '--previous');
    const refused = await shop.fm('push');
    expect(refused.code).toBe(5);
    expect(refused.stderr).toContain('ROLLED_BACK');
    expect((await shop.fm('push', '--again')).code).toBe(0);
    await shop.fm('rollback', '--previous');
    write(shop, 'pay', 'two, and mended');
    expect((await shop.fm('push')).code).toBe(0);
  });

  it('applies a plan that was kept, and nothing else', async () => {
    const shop = new Shop();
    write(shop, 'pay', 'one');
    await shop.fm('push');
    write(shop, 'pay', 'two');
    const planned = await shop.fm('push', '--plan-out', 'plan.json');
    expect(planned.code).toBe(0);
    expect(planned.stdout).toContain('fm push --plan plan.json');
    expect(statSync(join(shop.root, 'plan.json')).mode & 0o777).toBe(0o600);
    write(shop, 'pay', 'three');
    const applied = await shop.fm('push', '--plan', 'plan.json', '--json');
    expect(applied.json()).toMatchObject({ done: true, deployment: { number: 2 } });
    const diff = (await shop.fm('diff', '--json')).json();
    expect(diff).toMatchObject({ differs: true, diff: { pipelines: { changed: [{ name: 'pay' }] } } });
    expect((await shop.fm('push', '--plan', 'plan.json')).stdout).toContain('nothing to do');
    await shop.fm('push', '--force');
    const stale = await shop.fm('push', '--plan', 'plan.json');
    expect(stale.code).toBe(5);
    expect(stale.stderr).toContain('PLAN_STALE');
    expect(await shop.fm('push', '--plan', 'none.json')).toMatchObject({ code: 4 });
    expect(await shop.fm('push', '--plan', 'flowmason.json')).toMatchObject({ code: 3 });
    expect(await shop.fm('push', '--plan', 'plan.json', '--prune')).toMatchObject({ code: 2 });
    await shop.fm('org', 'create', 'demo');
    const other = await shop.fm('push', '--plan', 'plan.json', '--org', 'demo');
    expect(other).toMatchObject({ code: 2 });
    expect(other.stderr).toContain('Try: fm push --org local --plan plan.json');
  });

  it('records the commit that the files are, and its author', async () => {
    const shop = new Shop();
    write(shop, 'pay', 'one');
    shop.write('.gitignore', 'flowmason.db*\n.flowmason/\n');
    await shop.fm('push');
    shop.git('init', '-q');
    shop.git('add', '.');
    shop.git('commit', '-q', '-m', 'One');
    write(shop, 'pay', 'two');
    await shop.fm('push');
    shop.git('commit', '-q', '-a', '-m', 'Two');
    write(shop, 'more', 'x');
    shop.git('add', '.');
    shop.git('commit', '-q', '-m', 'Three');
    await shop.fm('push');
    const { deployments } = (await shop.fm('history', '--json')).json() as { deployments: Record<string, unknown>[] };
    const [clean, dirty, without] = deployments;
    expect(clean).toMatchObject({
      commit: expect.stringMatching(/^[0-9a-f]{40}$/),
      commit_author: 'Ada <ada@example.test>',
    });
    expect(dirty?.commit).toMatch(/^[0-9a-f]{40}-dirty$/);
    expect(without).toMatchObject({ commit: null, commit_author: null });
  });

  it('carries whatever people write, byte for byte', async () => {
    const [ada, bob] = clones(2);
    const texts = [
      '\u{202e}txt.exe',
      '$(rm -rf ~)',
      '`id`',
      "'; drop table releases; --",
      '\u0000\u001b[2J',
      '😀\u{fffd}',
      '{{ 1 }}',
    ];
    write(ada, 'naughty', ...texts.map((text) => text.replaceAll('{{', '{ {')));
    const pushed = await ada.fm('push', '--message', texts.slice(1, 4).join(' '));
    expect(pushed.code).toBe(0);
    expect((await bob.fm('pull')).code).toBe(0);
    expect(bob.read('pipelines/naughty.pipeline.json')).toBe(ada.read('pipelines/naughty.pipeline.json'));
    write(ada, 'naughty', 'plain');
    const seen = [
      await ada.fm('push', '--dry-run'),
      await ada.fm('status'),
      await ada.fm('diff'),
      await ada.fm('history'),
    ];
    for (const { stdout, stderr } of seen)
      expect((stdout + stderr).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  });

  it('keeps files that are links out of a release', async () => {
    const shop = new Shop();
    write(shop, 'pay', 'one');
    const outside = join(tempFolder(), 'x.pipeline.json');
    writeFileSync(outside, '{ "name": "x", "stages": [] }');
    symlinkSync(outside, join(shop.root, 'pipelines', 'x.pipeline.json'));
    const refused = await shop.fm('push');
    expect(refused).toMatchObject({ code: 3 });
    expect(refused.stderr).toContain('LINK_NOT_FOLLOWED');
  });

  it('tells who typed something else what to type', async () => {
    const shop = new Shop();
    write(shop, 'pay', 'one');
    for (const command of [['status'], ['history'], ['pull'], ['diff'], ['rollback', '--previous']]) {
      const early = await shop.fm(...command);
      expect(early, command.join(' ')).toMatchObject({ code: 4, stdout: '' });
      expect(early.stderr).toContain('Try: fm push');
    }
    expect(existsSync(join(shop.root, 'flowmason.db'))).toBe(false);
    expect(await shop.fm('push', '--org', 'No Org')).toMatchObject({ code: 2 });
    expect(await shop.fm('push', '--env', 'staging')).toMatchObject({ code: 2 });
    expect((await shop.fm('push', '--prun')).stderr).toContain('Try: fm push --prune');
    expect((await shop.fm('push', 'pay')).stderr).toContain('Try: fm push');
    expect(await shell(tempFolder())('push')).toMatchObject({ code: 4, stderr: expect.stringContaining('fm init') });
  });
});
