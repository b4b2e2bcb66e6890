import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@libsql/client/sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../src/hosts/node/database/open.ts';
import { startChild } from '../hosts/fixtures/child.ts';
import { asNobody, isRoot } from '../setup/as-nobody.ts';
import { tempFolder } from '../setup/fm.ts';
import { LOG, pipeline } from './samples.ts';
import { code } from './world.ts';

const FILL = '../../store/fixtures/fill.ts';

async function opened(file: string, migrate = true) {
  const store = await openStore(`sqlite:///${file}`, { folder: '/', migrate });
  onTestFinished(() => store.close());
  return store;
}

describe('a libSQL file', () => {
  it('belongs to who made it, with everything beside it', async () => {
    const file = join(tempFolder(), 'mine.db');
    const store = await opened(file);
    await store.releases.putPipelines([pipeline('pay')]);
    for (const name of [file, `${file}-wal`, `${file}-shm`]) expect(statSync(name).mode & 0o777).toBe(0o600);
  });

  it('is found relative to the folder of the project, or by its whole path', async () => {
    const folder = tempFolder();
    const store = await openStore('sqlite:///flowmason.db', { folder, migrate: true });
    await store.releases.putPipelines([pipeline('pay')]);
    await store.close();
    const again = await openStore(`sqlite:///${join(folder, 'flowmason.db')}`, { folder: '/', migrate: false });
    expect(await again.releases.missing(['pay-first', 'other'])).toEqual(['other']);
    await again.close();
    for (const url of ['mysql://x', 'sqlite://x', 'sqlite:///', 'flowmason.db']) {
      await expect(openStore(url, { folder, migrate: true })).rejects.toEqual(code('USAGE'));
    }
  });

  it('is refused when it is no database', async () => {
    const file = join(tempFolder(), 'notes.db');
    writeFileSync(file, 'These are my notes. '.repeat(500));
    await expect(opened(file)).rejects.toEqual(code('DATABASE_FOREIGN', 'not a database'));
    expect(readFileSync(file, 'utf8')).toContain('my notes');
  });

  it('is refused when it belongs to another program', async () => {
    const file = join(tempFolder(), 'photos.db');
    const other = createClient({ url: `file:${file}` });
    await other.execute('create table photos (id integer)');
    other.close();
    await expect(opened(file)).rejects.toEqual(code('DATABASE_FOREIGN', 'photos'));
  });

  it('is refused when it is damaged', async () => {
    const file = join(tempFolder(), 'damaged.db');
    const store = await openStore(`sqlite:///${file}`, { folder: '/', migrate: true });
    for (let i = 0; i < 40; i++)
      await store.releases.putPipelines([{ ...pipeline(`p${i}`), source: 'x'.repeat(9000) }]);
    await store.close();
    const fd = openSync(file, 'r+');
    for (let at = 4096 * 3; at < statSync(file).size; at += 4096) writeSync(fd, Buffer.alloc(2048, 0x5a), 0, 2048, at);
    closeSync(fd);
    const reading = async () => {
      const broken = await opened(file, false);
      await broken.releases.content(Array.from({ length: 40 }, (_, i) => `p${i}-first`));
      await broken.deployments.list(LOG, { limit: 10 });
      await broken.releases.putPipelines([pipeline('new')]);
    };
    await expect(reading()).rejects.toEqual(code('DATABASE_CORRUPT'));
  });

  it.each([
    ['a folder that does not exist', (folder: string) => join(folder, 'none', 'x.db'), 'folder does not exist'],
    [
      'a path through a file',
      (folder: string) => {
        writeFileSync(join(folder, 'file'), '');
        return join(folder, 'file', 'x.db');
      },
      'not a folder',
    ],
    [
      'a folder in its place',
      (folder: string) => {
        mkdirSync(join(folder, 'x.db'));
        return join(folder, 'x.db');
      },
      'it is a folder',
    ],
  ])('cannot be opened: %s', async (_what, make, message) => {
    await expect(opened(make(tempFolder()))).rejects.toEqual(code('DATABASE_READ_ONLY', message));
  });

  it.runIf(isRoot)('says when its folder, or the file, may not be written', async () => {
    const folder = tempFolder();
    const file = join(folder, 'x.db');
    chmodSync(folder, 0o755);
    await expect(asNobody(() => opened(file))).rejects.toEqual(code('DATABASE_READ_ONLY', 'you may not write there'));
    await (await openStore(`sqlite:///${file}`, { folder: '/', migrate: true })).close();
    chmodSync(file, 0o644);
    await expect(asNobody(() => opened(file))).rejects.toEqual(code('DATABASE_READ_ONLY', 'you may not write there'));
  });

  it('says when the disk is full, keeps what was there before, and can still be read', async () => {
    const file = join(tempFolder(), 'full.db');
    const child = startChild(FILL, [`sqlite:///${file}`], { fileBlocks: 2000 });
    expect([await child.line(), await child.line(), await child.line()]).toEqual(['open', 'DATABASE_DISK', '0']);
    const store = await opened(file, false);
    await store.releases.putPipelines([pipeline('later')]);
    expect(await store.releases.missing(['p0-first', 'later-first'])).toEqual([]);
  });
});
