import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { deployed, epoch, LOG, newRun, release, stored } from '../samples.ts';
import { code, type OpenWorld } from '../world.ts';

const FILE = '../shared/data/naughty/blns.json';
const FOUND: string[] = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : [];
/** Beside those from outside a few of our own, so that the tests mean something everywhere. */
const NAUGHTY = [
  ...new Set([...FOUND, "Robert'); drop table runs;--", '\u202e\u200b', '🏳️‍🌈', 'ﷺ', '\\u0000', '%_?$1:x']),
].filter((text) => text !== '');

export function textContract(open: OpenWorld): void {
  it('of all kinds come back as names, values and keys', async () => {
    const { store } = await open();
    const at = { environment: 'naughty', actor: 'ada' };
    await store.transaction(async (tx) => {
      for (const name of NAUGHTY) await tx.vars.set({ ...at, name }, { [name]: name });
    });
    const snapshot = await store.vars.snapshot('naughty');
    expect(Object.keys(snapshot)).toHaveLength(NAUGHTY.length);
    for (const name of NAUGHTY) expect(Object.entries(snapshot[name] ?? {})).toEqual([[name, name]]);
    const bytes = NAUGHTY.map((text) => Buffer.from(text)).sort(Buffer.compare);
    expect((await store.vars.list('naughty')).map(({ name }) => name)).toEqual(bytes.map(String));
  });

  it('of all kinds come back as releases, deployments, runs, signals and journals', async () => {
    const { store } = await open();
    await stored(store, release('r1', NAUGHTY));
    const number = await deployed(store, 'r1');
    expect((await store.releases.pipelines('r1')).map(({ name }) => name).sort()).toEqual([...NAUGHTY].sort());
    for (const [i, text] of NAUGHTY.slice(0, 120).entries()) {
      const id = `${i}${text}`;
      await store.runs.create(newRun(id, { pipeline: text, input: { [text]: text }, concurrency_key: text }));
      await store.runs.claim(id, epoch(1));
      await store.journal.record(id, epoch(1), 1, [
        { kind: 'start', path: text, started_at: 1, resolved: { [text]: text } },
        { kind: 'log', entry: { at: 1, level: 'info', message: text, path: text, data: text } },
      ]);
      await store.signals.send({ run: id, name: text, data: { [text]: text }, actor: text });
      expect(await store.runs.get(id)).toMatchObject({ id, pipeline: text });
      const { entries } = await store.journal.load(id);
      expect(entries.map(({ entry }) => entry)).toEqual([
        { kind: 'start', path: text, started_at: 1, resolved: { [text]: text } },
      ]);
      expect(await store.journal.logs(id, { limit: 1 })).toMatchObject([{ message: text, path: text, data: text }]);
      expect(await store.signals.take(id, text, text, () => undefined)).toEqual({ data: { [text]: text } });
      expect(await store.releases.activePipeline(LOG.environment, text)).toMatchObject({ name: text, number });
    }
  });

  it('that a database would change are refused where they are no data', async () => {
    const { store } = await open();
    const at = { environment: 'production', actor: 'ada' };
    for (const name of ['a\u0000b', '\ud800', 'x\udc00y']) {
      await expect(store.vars.set({ ...at, name }, 1)).rejects.toEqual(code('TEXT_INVALID'));
      await expect(store.runs.create(newRun(name))).rejects.toEqual(code('TEXT_INVALID'));
      await expect(
        store.releases.putPipelines([{ digest: 'd', name: 'p', definition: '{}', source: name }]),
      ).rejects.toEqual(code('TEXT_INVALID'));
      await store.vars.set({ ...at, name: 'data' }, { [name]: name });
      expect(await store.vars.snapshot('production')).toEqual({ data: { [name]: name } });
    }
  });
}
