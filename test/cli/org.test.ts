import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/hosts/node/database/open.ts';
import { fm, tempFolder } from '../setup/fm.ts';
import { shell } from '../setup/in-process.ts';
import { write } from './clones.ts';
import { Shop } from './shop.ts';

function shop() {
  const made = new Shop();
  write(made, 'pay', 'one');
  const HOME = tempFolder();
  // The driver closes a file some time after it was asked to, so what deletes one is a process of its own.
  const real = async (...args: string[]) => {
    const ended = await fm(args, { cwd: made.root, env: { HOME } });
    return { ...ended, json: () => JSON.parse(ended.stdout) as unknown };
  };
  return { shop: made, type: shell(made.root, { HOME }), real };
}

describe('fm org', () => {
  it('makes orgs, which are used by their names', async () => {
    const { shop: root, type } = shop();
    const made = await type('org', 'create', 'demo', '--json');
    expect(made.json()).toMatchObject({ org: { name: 'demo', default: false, exists: true, active: null } });
    expect((await type('org', 'create', 'scratch', 'other', '--expires', '7d')).stdout).toContain('Made the org other');
    const file = join(root.root, '.flowmason/orgs/demo.db');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await type('push', '--org', 'demo')).code).toBe(0);
    const { orgs } = (await type('org', 'list', '--json')).json() as { orgs: object[] };
    expect(orgs).toMatchObject([
      { name: 'local', default: true, exists: false, active: null },
      { name: 'demo', active: { number: 1, version: '1.0.0' }, expires_at: null },
      { name: 'other', active: null, expires_at: expect.stringMatching(/Z$/), expired: false },
    ]);
    const listed = (await type('org', 'list')).stdout;
    expect(listed).toMatch(/^local +nothing pushed yet +default +sqlite:\/\/\/flowmason\.db$/m);
    expect(listed).toMatch(/^demo +#1 1\.0\.0 \([0-9a-f]{12}\)/m);
  });

  it('begins with what is active elsewhere', async () => {
    const { type } = shop();
    await type('push');
    const copied = await type('org', 'create', 'copy', '--from', 'local', '--json');
    expect(copied.json()).toMatchObject({ org: { from: 'org:local', active: { number: 1, version: '1.0.0' } } });
    expect((await type('diff', 'org:local', 'org:copy')).stdout).toContain('nothing differs');
    const empty = await type('org', 'create', 'x', '--from', 'nope');
    expect(empty).toMatchObject({ code: 4 });
    await type('org', 'create', 'empty');
    const nothing = await type('org', 'create', 'y', '--from', 'empty');
    expect(nothing).toMatchObject({ code: 4, stderr: expect.stringContaining('Try: fm push --org empty') });
    expect((await type('org', 'list')).stdout).not.toMatch(/^[xy] /m);
  });

  it('makes one the default, and shows it', async () => {
    const { real: type } = shop();
    await type('org', 'create', 'demo');
    const dry = await type('org', 'open', 'demo', '--dry-run');
    expect(dry.stdout).toContain('Would make demo');
    const opened = await type('org', 'open', 'demo');
    expect(opened.stdout).toContain('Commands that name no org work on demo now');
    expect(opened.stdout).toContain('fm push\n');
    expect((await type('push')).stderr).toContain('target: demo org sqlite:///.flowmason/orgs/demo.db');
    expect((await type('status')).stdout).toContain('in sync with #1 1.0.0 of org demo');
    expect((await type('org', 'open', 'demo')).stdout).toContain('already');
    await type('push', '--org', 'local');
    expect((await type('status', '--org', 'local')).stdout).toContain('of local');
    expect((await type('org', 'delete', 'demo', '--yes')).code).toBe(0);
    expect((await type('status')).stdout).toContain('of local');
    expect(await type('org', 'open', 'demo')).toMatchObject({ code: 4 });
  });

  it('deletes only with consent, and never what is in use', async () => {
    const { shop: made, real: type } = shop();
    for (const name of ['demo', 'used']) await type('org', 'create', name);
    const refused = await type('org', 'delete', 'demo');
    expect(refused).toMatchObject({ code: 9, stderr: expect.stringContaining('Try: fm org delete demo --yes') });
    expect((await type('org', 'delete', 'demo', '--json')).json()).toMatchObject({ error: { code: 'CONSENT_NEEDED' } });
    expect((await type('org', 'delete', 'demo', '--dry-run')).stdout).toContain('Would delete the org demo');
    const user = await openDatabase('sqlite:///.flowmason/orgs/used.db', made.root);
    const inUse = await type('org', 'delete', 'used', '--yes');
    expect(inUse).toMatchObject({ code: 5, stderr: expect.stringContaining('in use') });
    await user.release();
    expect((await type('org', 'delete', 'demo', '--yes')).code).toBe(0);
    expect(readdirSync(join(made.root, '.flowmason/orgs')).filter((name) => name.startsWith('demo'))).toEqual([]);
    expect(await type('org', 'delete', 'demo', '--yes')).toMatchObject({ code: 4 });
    await type('push');
    expect((await type('org', 'delete', 'local', '--yes')).code).toBe(0);
    expect(existsSync(join(made.root, 'flowmason.db'))).toBe(false);
    expect(existsSync(join(made.root, 'pipelines/pay.pipeline.json'))).toBe(true);
  });

  it('refuses orgs whose time is over, which can be renewed or pruned', async () => {
    const { shop: made, real: type } = shop();
    for (const name of ['demo', 'old']) {
      await type('org', 'create', name, '--expires', '1h');
      const record = join(made.root, `.flowmason/orgs/${name}.json`);
      writeFileSync(record, JSON.stringify({ ...JSON.parse(readFileSync(record, 'utf8')), expires_at: 1_000 }));
    }
    const expired = await type('push', '--org', 'demo');
    expect(expired).toMatchObject({ code: 5 });
    expect(expired.stderr).toContain('Try: fm org open demo --expires 7d');
    expect((await type('org', 'list')).stdout).toMatch(/^demo .*expired 1970/m);
    expect((await type('org', 'open', 'demo', '--expires', '7d')).code).toBe(0);
    expect((await type('push', '--org', 'demo')).code).toBe(0);
    expect(await type('org', 'list', '--prune')).toMatchObject({ code: 9 });
    expect((await type('org', 'list', '--prune', '--yes', '--json')).json()).toMatchObject({
      deleted: [{ name: 'old' }],
    });
    expect((await type('org', 'list', '--prune')).stdout).toBe('nothing was deleted\n');
  });

  it('lists what cannot be opened with the reason', async () => {
    const { shop: made, type } = shop();
    await type('org', 'create', 'demo');
    writeFileSync(join(made.root, '.flowmason/orgs/bad.db'), 'nothing that anybody made with this program');
    const listed = await type('org', 'list');
    expect(listed.code).toBe(0);
    expect(listed.stdout).toMatch(/^bad +DATABASE_FOREIGN/m);
  });

  it('tells who typed something else what to type', async () => {
    const { shop: made, type } = shop();
    made.write('flowmason.json', { name: 'shop', environments: { staging: { url: 'https://staging.test' } } });
    for (const name of ['local', 'scratch', 'staging', 'stage', 'A B', '../x', '-x', 'a'.repeat(41), 'ünï', '💥'])
      expect(await type('org', 'create', '--', name), name).toMatchObject({ code: 2 });
    expect((await type('org', 'create')).stderr).toContain('Try: fm org create demo');
    expect((await type('org', 'create', 'scratch')).stderr).toContain('Try: fm org create scratch demo');
    expect((await type('org', 'create', 'a', 'b')).stderr).toContain('Try: fm org create a');
    expect(await type('org', 'create', 'demo', '--expires', 'soon')).toMatchObject({ code: 2 });
    await type('org', 'create', 'demo');
    expect(await type('org', 'create', 'demo')).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('fm org open demo'),
    });
    expect((await type('org', 'delete', 'demp')).stderr).toContain('Try: fm org delete demo');
    expect((await type('org', 'creat', 'x')).stderr).toContain('Try: fm org create');
    expect(existsSync(join(made.root, 'x'))).toBe(false);
  });
});

describe('the local org', () => {
  it('says what is wrong with its file, in one line', async () => {
    const made = new Shop();
    write(made, 'pay', 'one');
    writeFileSync(join(made.root, 'flowmason.db'), Buffer.alloc(8_192, 7));
    const foreign = await fm(['push'], { cwd: made.root });
    expect(foreign.code).toBe(2);
    expect(foreign.stderr).toContain('DATABASE_FOREIGN');
    expect(foreign.stderr).not.toContain('    at ');
  });
});
