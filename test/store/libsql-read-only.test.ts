import { chmodSync, cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openLibsql } from '../../src/hosts/node/database/libsql.ts';
import { readMigrations } from '../../src/hosts/node/database/migrations.ts';
import { openStore } from '../../src/hosts/node/database/open.ts';
import { migrate } from '../../src/store/migrate.ts';
import type { Store } from '../../src/store/store.ts';
import { asNobody, makeReadOnly } from '../setup/as-nobody.ts';
import { tempFolder } from '../setup/fm.ts';
import { pipeline } from './samples.ts';
import { code, START } from './world.ts';

const REFUSED = code('DATABASE_READ_ONLY', 'you may not write there');

let temporary: string;

beforeEach(() => {
  temporary = tempFolder();
  chmodSync(temporary, 0o777);
  vi.stubEnv('TMPDIR', temporary);
  return () => {
    vi.unstubAllEnvs();
    // Of the copies nothing stays.
    expect(readdirSync(temporary).filter((name) => !name.startsWith('fm-test-'))).toEqual([]);
  };
});

async function opened(file: string, orReadOnly?: boolean): Promise<Store> {
  const store = await openStore(`sqlite:///${file}`, { folder: '/', migrate: true, orReadOnly });
  onTestFinished(() => store.close());
  return store;
}

/** A database with the pipeline `pay` that may only be read, in a folder of its own. */
async function readOnly(): Promise<string> {
  const folder = tempFolder();
  const file = join(folder, 'x.db');
  const store = await openStore(`sqlite:///${file}`, { folder: '/', migrate: true });
  await store.releases.putPipelines([pipeline('pay')]);
  await store.close();
  onTestFinished(makeReadOnly(folder));
  return file;
}

describe('a libSQL file that may only be read', () => {
  it('is read by who asks for that, and no change of it goes anywhere', async () => {
    const file = await readOnly();
    const before = readFileSync(file);
    const names = readdirSync(join(file, '..'));
    await asNobody(async () => {
      const store = await opened(file, true);
      expect(await store.releases.missing(['pay-first', 'other'])).toEqual(['other']);
      expect(await store.transaction((tx) => tx.releases.missing(['other']))).toEqual(['other']);
      for (const change of [
        () => store.releases.putPipelines([pipeline('new')]),
        () => store.vars.set({ environment: 'local', name: 'a', actor: 'ada' }, 1),
        () => store.transaction((tx) => tx.keys.touch('none')),
      ]) {
        await expect(change()).rejects.toEqual(REFUSED);
        await expect(change()).rejects.toEqual(code('DATABASE_READ_ONLY', file));
      }
      expect(await store.releases.missing(['new-first'])).toEqual(['new-first']);
      await store.close();
    });
    expect(readFileSync(file)).toEqual(before);
    expect(readdirSync(join(file, '..'))).toEqual(names);
  });

  it('is refused as ever to who did not, such as a server', async () => {
    const file = await readOnly();
    await expect(asNobody(() => opened(file))).rejects.toEqual(REFUSED);
  });

  it('is read with what its writer has not moved into it yet', async () => {
    const folder = tempFolder();
    const writer = await opened(join(folder, 'live.db'));
    await writer.releases.putPipelines([pipeline('late')]);
    onTestFinished(makeReadOnly(folder));
    expect(readdirSync(folder)).toContain('live.db-wal');
    await asNobody(async () => {
      const store = await opened(join(folder, 'live.db'), true);
      expect(await store.releases.missing(['late-first', 'other'])).toEqual(['other']);
      await store.close();
    });
    // The writer goes on: nobody has taken its locks or files.
    await writer.releases.putPipelines([pipeline('later')]);
    expect(await writer.releases.missing(['late-first', 'later-first'])).toEqual([]);
  });

  it('is read in this version’s schema when it has an older one, and keeps that', async () => {
    const folder = tempFolder();
    const file = join(folder, 'old.db');
    const migrations = readMigrations().sqlite;
    const old = await openLibsql(file);
    await migrate(old.migrations, migrations.slice(0, -1), START);
    await old.release();
    onTestFinished(makeReadOnly(folder));
    const before = readFileSync(file);
    await asNobody(async () => {
      const store = await opened(file, true);
      expect(await store.deployments.list({ environment: 'local', project: 'shop' }, { limit: 1 })).toEqual([]);
      await store.close();
    });
    expect(readFileSync(file)).toEqual(before);
  });

  it('stays refused when it is not there, cannot be read, or is in the middle of a change of another kind', async () => {
    const folder = tempFolder();
    chmodSync(folder, 0o555);
    await expect(asNobody(() => opened(join(folder, 'none.db'), true))).rejects.toEqual(REFUSED);
    const secret = await readOnly();
    chmodSync(secret, 0o000);
    await expect(asNobody(() => opened(secret, true))).rejects.toEqual(REFUSED);
    const changing = tempFolder();
    cpSync(await readOnly(), join(changing, 'x.db'));
    writeFileSync(join(changing, 'x.db-journal'), 'half');
    onTestFinished(makeReadOnly(changing));
    await expect(asNobody(() => opened(join(changing, 'x.db'), true))).rejects.toEqual(REFUSED);
    const foreign = tempFolder();
    writeFileSync(join(foreign, 'x.db'), 'notes '.repeat(1_000));
    onTestFinished(makeReadOnly(foreign));
    await expect(asNobody(() => opened(join(foreign, 'x.db'), true))).rejects.toEqual(code('DATABASE_FOREIGN'));
  });
});
