import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import type { EndEntry, JournalEntry } from '../../../src/core/journal.ts';
import { foldJournal } from '../../../src/core/journal.ts';
import type { Json } from '../../../src/core/json.ts';
import { journalWriter } from '../../../src/store/journal-writer.ts';
import { epoch, newRun, SUCCEEDED } from '../samples.ts';
import { code, type OpenWorld } from '../world.ts';

const start = (path: string): JournalEntry => ({ kind: 'start', path, started_at: 5, resolved: { z: 1, a: [null] } });
const end = (path: string, output: Json = { ok: path }): EndEntry => ({
  kind: 'end',
  path,
  id: path,
  component: 'http-request',
  status: 'succeeded',
  output,
  attempts: 1,
  started_at: 5,
  finished_at: 9,
});
const log = (message: string, data?: Json): JournalEntry => ({
  kind: 'log',
  entry: { at: 7, level: 'warn', message, path: 'pay', ...(data === undefined ? {} : { data }) },
});

export function journalContract(open: OpenWorld): void {
  async function running(id = 'a') {
    const world = await open();
    await world.store.runs.create(newRun(id));
    await world.store.runs.claim(id, epoch(1));
    return world;
  }

  it('gives back what was recorded, in its order', async () => {
    const { store } = await running();
    const entries = [start('pay'), log('half'), end('pay'), { kind: 'void', path: 'pay' } as const, end('ship', null)];
    await store.journal.record('a', epoch(1), 1, entries);
    const loaded = await store.journal.load('a');
    expect(loaded.next).toBe(6);
    expect(loaded.entries.map(({ seq }) => seq)).toEqual([1, 3, 4, 5]);
    const kept = entries.filter(({ kind }) => kind !== 'log');
    expect(loaded.entries.map(({ entry }) => JSON.stringify(entry))).toEqual(
      kept.map((entry) => JSON.stringify(entry)),
    );
    expect([...foldJournal(loaded.entries.map(({ entry }) => entry)).ends.keys()]).toEqual(['ship']);
    expect(await store.journal.load('other')).toEqual({ entries: [], next: 1 });
    await store.journal.record('a', epoch(1), 6, []);
  });

  it('keeps the log apart, page by page', async () => {
    const { store } = await running();
    await store.journal.record('a', epoch(1), 1, [log('one'), log('two\u0000\ud800', { n: 1 }), log('three', null)]);
    const lines = await store.journal.logs('a', { limit: 2 });
    expect(lines).toEqual([
      { seq: 1, at: 7, level: 'warn', message: 'one', path: 'pay' },
      { seq: 2, at: 7, level: 'warn', message: 'two\u0000\ud800', path: 'pay', data: { n: 1 } },
    ]);
    expect((await store.journal.logs('a', { after: 2, limit: 2 })).map(({ message }) => message)).toEqual(['three']);
    expect(await store.journal.load('a')).toEqual({ entries: [], next: 4 });
  });

  it('takes a repeated write for the same', async () => {
    const { store } = await running();
    const entries = [start('pay'), log('half'), end('pay')];
    await store.journal.record('a', epoch(1), 1, entries);
    await store.journal.record('a', epoch(1), 1, entries);
    await store.journal.record('a', epoch(1), 3, [end('pay'), end('ship')]);
    expect((await store.journal.load('a')).entries).toHaveLength(3);
    expect(await store.journal.logs('a', { limit: 10 })).toHaveLength(1);
  });

  it('is fenced: nothing of a worker that was taken over, put back, parked or is done', async () => {
    const { store } = await running();
    await store.journal.record('a', epoch(1), 1, [start('pay')]);
    await store.runs.claim('a', epoch(1, 1));
    const late = (kind: JournalEntry[]) => store.journal.record('a', epoch(1), 2, kind);
    await expect(late([end('pay')])).rejects.toEqual(code('RUN_SUPERSEDED', 'taken it over'));
    await expect(late([end('pay'), log('late')])).rejects.toEqual(code('RUN_SUPERSEDED'));
    await expect(late([end('pay', 'x'.repeat(300_000))])).rejects.toEqual(code('RUN_SUPERSEDED'));
    await store.journal.record('a', epoch(1, 1), 2, [end('pay', 'mine')]);
    await expect(late([end('pay')])).rejects.toEqual(code('RUN_SUPERSEDED'));
    await store.runs.finish('a', epoch(1, 1), SUCCEEDED);
    await expect(store.journal.record('a', epoch(1, 1), 3, [end('ship')])).rejects.toEqual(
      code('RUN_SUPERSEDED', 'succeeded'),
    );
    await expect(store.journal.record('none', epoch(1), 1, [end('ship')])).rejects.toEqual(code('NOT_FOUND'));
    const { entries } = await store.journal.load('a');
    expect(entries.map(({ entry }) => (entry.kind === 'end' ? entry.output : entry.kind))).toEqual(['start', 'mine']);
    expect(await store.journal.logs('a', { limit: 10 })).toEqual([]);
  });

  it('never mixes a worker with the one that takes over from it', async () => {
    const { store } = await running();
    const old = Array.from({ length: 30 }, (_, i) =>
      store.journal.record('a', epoch(1), i + 1, [end(`old${i}`)]).then(
        () => true,
        () => false,
      ),
    );
    const taken = store.runs.claim('a', epoch(1, 1)).then(() => store.journal.load('a'));
    const stored = (await Promise.all(old)).filter(Boolean).length;
    // What the new worker has read is all that the old one ever got in.
    expect((await taken).entries).toHaveLength(stored);
    expect((await store.journal.load('a')).entries).toHaveLength(stored);
  });

  it('stores what many runs record at the same time, and refuses only those that are not a worker’s any more', async () => {
    const { store, database } = await open();
    const ids = Array.from({ length: 20 }, (_, i) => `run${String(i).padStart(2, '0')}`);
    for (const id of ids) await store.runs.create(newRun(id));
    const claims = await Promise.all(ids.map((id) => store.runs.claim(id, epoch(1))));
    expect(claims.map((run) => run?.id)).toEqual(ids);
    await store.runs.claim('run03', epoch(1, 1));
    await store.runs.finish('run07', epoch(1), SUCCEEDED);
    const large = end('large', 'x'.repeat(300_000));
    const entries = (id: string) => [start(id), log(id), ...(id === 'run05' ? [large] : []), end(id)];
    const answers = await Promise.allSettled(
      [...ids, 'none'].map((id) => store.journal.record(id, epoch(1), 1, entries(id))),
    );
    const refused = answers.flatMap((one, i) => (one.status === 'rejected' ? [[i, one.reason.code]] : []));
    expect(refused).toEqual([
      [3, 'RUN_SUPERSEDED'],
      [7, 'RUN_SUPERSEDED'],
      [20, 'NOT_FOUND'],
    ]);
    for (const id of ids) {
      const isGone = id === 'run03' || id === 'run07';
      const { entries: found } = await store.journal.load(id);
      const kept = entries(id).filter(({ kind }) => kind !== 'log');
      expect(found.map(({ entry }) => entry)).toEqual(isGone ? [] : kept);
      expect(await store.journal.logs(id, { limit: 9 })).toHaveLength(isGone ? 0 : 1);
    }
    // All of them again: the same, and no run twice.
    await Promise.all(ids.filter((_, i) => i > 9).map((id) => store.journal.record(id, epoch(1), 1, entries(id))));
    const { journal } = database.dialect.tables;
    expect(await database.db.select({ seq: journal.seq }).from(journal)).toHaveLength(18 * 2 + 1);
  });

  it('lets nobody take a run over while an entry of it is being stored', async () => {
    const { store } = await running();
    const recorded = Promise.withResolvers<void>();
    const taken = recorded.promise.then(() => store.runs.claim('a', epoch(1, 1))).then(() => store.journal.load('a'));
    await store.transaction(async (tx) => {
      await tx.journal.record('a', epoch(1), 1, [end('old')]);
      recorded.resolve();
      // Long enough for the claim to be there first, if it could be.
      for (let i = 0; i < 30; i++) await tx.runs.get('a');
    });
    expect((await taken).entries).toHaveLength(1);
  });

  it('stores large outputs once', async () => {
    const { store, database } = await running();
    const large = { text: 'é'.repeat(200_000), z: 1, a: 2 };
    const list = [end('one', large), end('two', large), end('three', 'x'.repeat(262_142))];
    await store.journal.record('a', epoch(1), 1, list);
    const { journal, outputs } = database.dialect.tables;
    const kept = await database.db.select({ digest: outputs.digest }).from(outputs);
    expect(kept).toHaveLength(0);
    const huge = { text: 'é'.repeat(300_000), z: 1, a: 2 };
    await store.journal.record('a', epoch(1), 4, [end('four', huge), end('five', huge), log('between')]);
    expect(await database.db.select({ digest: outputs.digest }).from(outputs)).toHaveLength(1);
    const [row] = await database.db.select().from(journal).where(eq(journal.seq, 4));
    expect(JSON.stringify(row?.entry).length).toBeLessThan(1000);
    const { entries } = await store.journal.load('a');
    expect(entries.map(({ entry }) => entry)).toEqual([...list, end('four', huge), end('five', huge)]);
    expect(JSON.stringify(entries.at(-1)?.entry)).toBe(JSON.stringify(end('five', huge)));
  });

  it('is written by a Journal in its order, and once it cannot be, the run stops', async () => {
    const { store, clock } = await running();
    const { next } = await store.journal.load('a');
    const writer = journalWriter(store.journal, { run: 'a', epoch: epoch(1), next, clock });
    for (let i = 0; i < 50; i++) {
      writer.append(i % 5 === 0 ? log(`line ${i}`) : end(`stage${i}`, { i }));
      if (i % 7 === 0) await writer.flush();
    }
    await writer.flush();
    expect(writer.flush()).toBeUndefined();
    const loaded = await store.journal.load('a');
    expect(loaded.next).toBe(51);
    const numbers = loaded.entries.map(({ entry }) => Number(entry.path.slice(5)));
    expect(numbers).toEqual(Array.from({ length: 50 }, (_, i) => i).filter((i) => i % 5 !== 0));
    await store.runs.claim('a', epoch(1, 1));
    writer.append(end('late'));
    await expect(writer.flush()).rejects.toEqual(code('RUN_SUPERSEDED'));
    writer.append(end('later'));
    await expect(writer.flush()).rejects.toEqual(code('RUN_SUPERSEDED'));
    expect((await store.journal.load('a')).next).toBe(51);
  });

  it('gets lazily appended entries too', async () => {
    const { store, clock } = await running();
    const written = Promise.withResolvers<void>();
    const record: typeof store.journal.record = async (...args) => {
      await store.journal.record(...args);
      written.resolve();
    };
    const writer = journalWriter({ record }, { run: 'a', epoch: epoch(1), next: 1, clock });
    writer.append(start('pay'));
    writer.append(end('pay'));
    await written.promise;
    expect((await store.journal.load('a')).entries).toHaveLength(2);
  });
}
