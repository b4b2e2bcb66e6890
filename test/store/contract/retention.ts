import { expect, it } from 'vitest';
import type { EndEntry } from '../../../src/core/journal.ts';
import { deployed, epoch, facts, LOG, newRun, release, SUCCEEDED, stored } from '../samples.ts';
import { type OpenWorld, START } from '../world.ts';

export function retentionContract(open: OpenWorld): void {
  it('deletes ended runs with all that they recorded, and never unfinished ones', async () => {
    const { store, clock, database } = await open();
    const output = 'x'.repeat(300_000);
    for (const id of ['old', 'new', 'waiting']) {
      await store.runs.create(newRun(id));
      await store.runs.claim(id, epoch(1));
      const end: EndEntry = {
        kind: 'end',
        path: 'pay',
        id: 'pay',
        component: 'logger',
        status: 'succeeded',
        output: `${id === 'old' ? 'o' : 'n'}${output}`,
        attempts: 1,
        started_at: 1,
        finished_at: 2,
      };
      await store.journal.record(id, epoch(1), 1, [
        end,
        { kind: 'log', entry: { at: 1, level: 'info', message: 'hi', path: 'pay' } },
      ]);
      await store.signals.send({ run: id, name: 'go', data: 1, actor: 'ada' });
    }
    await store.runs.finish('old', epoch(1), SUCCEEDED);
    clock.advance(1000);
    await store.runs.finish('new', epoch(1), SUCCEEDED);
    await store.runs.park('waiting', epoch(1), []);
    expect(await store.retention.runs(START + 1000, 10)).toBe(1);
    expect(await store.retention.runs(START + 1000, 10)).toBe(0);
    expect((await store.runs.list({ environment: LOG.environment }, { limit: 10 })).runs.map(({ id }) => id)).toEqual([
      'waiting',
      'new',
    ]);
    expect(await store.journal.load('old')).toEqual({ entries: [], next: 1 });
    expect(await store.signals.list('old')).toEqual([]);
    expect(await store.retention.outputs(START)).toBe(0);
    expect(await store.retention.outputs(START + 1)).toBe(1);
    expect((await store.journal.load('new')).entries).toHaveLength(1);
    expect(await database.db.select().from(database.dialect.tables.outputs)).toHaveLength(1);
  });

  it('keeps the last releases that were active, and what runs, plans and pending deployments use', async () => {
    const { store, clock } = await open();
    const digests = ['r1', 'r2', 'r3', 'r4', 'r5'];
    for (const digest of digests) await stored(store, release(digest, [`only-${digest}`]));
    for (const digest of digests) await deployed(store, digest);
    await stored(store, release('planned'), release('pending'), release('upload'), release('elsewhere', ['x']));
    await deployed(store, 'elsewhere', { environment: 'staging' });
    await store.runs.create(newRun('a', { release: 'r1' }));
    const plan = { id: 'p', hash: 'h', ...LOG, base: 0, release: 'planned', removals: [], content: {}, actor: 'ada' };
    await store.plans.put(plan);
    await store.deployments.begin({ ...LOG, kind: 'deploy', release: 'pending', base: 5, actor: 'ada' });
    await store.evidence.put('r2', 'tests', {}, 'ada');
    for (const checker of ['old', 'new']) {
      await store.releases.putFacts(checker, [facts('only-r1'), facts('only-r2'), facts('only-r4')]);
    }
    expect(await store.retention.releases(2, START)).toBe(0);
    clock.advance(1);
    // r2, r3 and what was never active.
    expect(await store.retention.releases(2, START + 1)).toBe(3);
    const left = await Promise.all(
      [...digests, 'planned', 'pending', 'upload', 'elsewhere'].map((d) => store.releases.get(d)),
    );
    expect(left.flatMap((found) => found?.digest ?? [])).toEqual(['r1', 'r4', 'r5', 'planned', 'pending', 'elsewhere']);
    expect(await store.releases.content(['only-r1-first', 'only-r2-first', 'only-r4-first'])).toHaveLength(2);
    for (const checker of ['old', 'new']) {
      const found = await store.releases.facts(['only-r1-first', 'only-r2-first', 'only-r4-first'], checker);
      expect([...found.keys()].sort()).toEqual(['only-r1-first', 'only-r4-first']);
    }
    expect(await store.evidence.list('r2')).toEqual([]);
    expect(await store.releases.activePipeline(LOG.environment, 'only-r5')).toMatchObject({ release: 'r5' });
  });
}
