import { expect, it } from 'vitest';
import { deployed, facts, LOG, pipeline, release, stored } from '../samples.ts';
import { code, type OpenWorld, START } from '../world.ts';

const byDigest = (a: { digest: string }, b: { digest: string }) => (a.digest < b.digest ? -1 : 1);

export function releaseContract(open: OpenWorld): void {
  it('says which pipelines have to be uploaded, each once and in order', async () => {
    const { store } = await open();
    await store.releases.putPipelines([pipeline('b')]);
    expect(await store.releases.missing(['c-first', 'b-first', 'a-first', 'c-first'])).toEqual(['c-first', 'a-first']);
    expect(await store.releases.missing([])).toEqual([]);
  });

  it('takes 1,200 pipelines at once and uploads one after a change of one', async () => {
    const { store } = await open();
    const all = Array.from({ length: 1200 }, (_, i) => pipeline(`p${i}`));
    expect(await store.releases.putPipelines(all)).toBe(1200);
    const changed = [...all.slice(1), pipeline('p0', 'second')];
    expect(await store.releases.missing(changed.map(({ digest }) => digest))).toEqual(['p0-second']);
    await store.releases.putPipelines(changed);
    const names = Object.fromEntries(changed.map(({ name, digest }) => [name, digest]));
    await store.releases.putManifest(release('large', [], { pipelines: names }));
    const members = await store.releases.pipelines('large');
    expect(members).toHaveLength(1200);
    expect(members[0]).toEqual({ name: 'p0', digest: 'p0-second' });
    await deployed(store, 'large');
    expect(await store.releases.countNames(LOG.environment)).toBe(1200);
  });

  it('keeps content byte for byte, and the first source text of what is equal', async () => {
    const { store } = await open();
    const source = '\uFEFF{\r\n\t"b": 1,  "a": "é\u2028"}\r\n';
    const definition = '{"z":1,"a":[2.0e10,-0]}';
    expect(await store.releases.putPipelines([{ digest: 'd', name: 'p', definition, source }])).toBe(1);
    expect(await store.releases.putPipelines([{ digest: 'd', name: 'p', definition, source: 'other' }])).toBe(0);
    expect(await store.releases.content(['d', 'unknown'])).toEqual([
      { digest: 'd', name: 'p', definition, source, created_at: START },
    ]);
  });

  it('is whole: it is not stored before everything in it is there', async () => {
    const { store } = await open();
    await store.releases.putPipelines([pipeline('a')]);
    const whole = release('r', ['a', 'b', 'c']);
    await expect(store.releases.putManifest(whole)).rejects.toEqual(
      expect.objectContaining({ code: 'PIPELINES_MISSING', details: { missing: ['b-first', 'c-first'] } }),
    );
    expect(await store.releases.get('r')).toBeUndefined();
    await store.releases.putPipelines([pipeline('b'), pipeline('c')]);
    expect(await store.releases.putManifest(whole)).toBe(true);
    expect(await store.releases.putManifest(whole)).toBe(false);
    expect(await store.releases.get('r')).toMatchObject({
      project: 'shop',
      version: '1.0.0',
      manifest: '{"release":"r"}',
    });
    expect((await store.releases.pipelines('r')).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it('is not active by being stored', async () => {
    const { store } = await open();
    await stored(store, release('r1'));
    expect(await store.releases.active(LOG.environment, LOG.project)).toBeUndefined();
    expect(await store.releases.activePipeline(LOG.environment, 'pay')).toBeUndefined();
    const number = await deployed(store, 'r1');
    expect(await store.releases.active(LOG.environment, LOG.project)).toMatchObject({ digest: 'r1', number });
    expect(await store.releases.activePipeline(LOG.environment, 'pay')).toEqual({
      name: 'pay',
      digest: 'pay-first',
      project: 'shop',
      release: 'r1',
      version: '1.0.0',
      number,
    });
  });

  it('lists what is active by project, and stored ones from the newest on', async () => {
    const { store, clock } = await open();
    await stored(store, release('r1'), release('o1', ['ship'], { project: 'orders' }));
    clock.advance(1000);
    await stored(store, release('r2'));
    await deployed(store, 'o1', { project: 'orders' });
    await deployed(store, 'r1');
    expect((await store.releases.allActive(LOG.environment)).map(({ digest }) => digest)).toEqual(['o1', 'r1']);
    expect((await store.releases.list('shop', 10)).map(({ digest }) => digest)).toEqual(['r2', 'r1']);
  });

  it('knows what each checker found in a pipeline, the newest of it', async () => {
    const { store } = await open();
    const odd = { ...facts('b'), triggers: [{ z: 1, a: '\u0000\u2028"' }] };
    await store.releases.putFacts('one', [facts('a', { b: 'old' }), odd]);
    await store.releases.putFacts('two', [facts('a')]);
    await store.releases.putFacts('one', [facts('a'), facts('a', { b: 'b-first' })]);
    const digests = ['b-first', 'a-first', 'a-first', 'c-first'];
    expect(await store.releases.facts(digests, 'one')).toEqual(
      new Map([
        ['a-first', facts('a', { b: 'b-first' })],
        ['b-first', odd],
      ]),
    );
    expect([...(await store.releases.facts(digests, 'two')).keys()]).toEqual(['a-first']);
    expect(await store.releases.facts(digests, 'three')).toEqual(new Map());
    expect(await store.releases.facts([], 'one')).toEqual(new Map());
    await store.releases.putFacts('one', []);
  });

  it('knows it of 1,200 pipelines, also when several write it at once', async () => {
    const { store } = await open();
    const all = Array.from({ length: 1200 }, (_, i) => facts(`p${i}`));
    await Promise.all([all, all.toReversed(), all].map((list) => store.releases.putFacts('one', list)));
    const found = await store.releases.facts(
      all.map(({ digest }) => digest),
      'one',
    );
    expect([...found.values()].sort(byDigest)).toEqual(all.toSorted(byDigest));
  });

  it('has evidence, the newest of each kind', async () => {
    const { store, clock } = await open();
    await store.evidence.put('r', 'tests', { passed: 3, failed: 1 }, 'ada');
    clock.advance(5);
    await store.evidence.put('r', 'tests', { passed: 4, failed: 0 }, 'bob');
    await store.evidence.put('r', 'review', { by: 'eve' }, 'eve');
    expect(await store.evidence.list('r')).toEqual([
      { release: 'r', kind: 'review', content: { by: 'eve' }, actor: 'eve', at: START + 5 },
      { release: 'r', kind: 'tests', content: { passed: 4, failed: 0 }, actor: 'bob', at: START + 5 },
    ]);
    expect(await store.evidence.list('other')).toEqual([]);
  });

  it('lists what names mean now, page by page, and which of them are another project’s', async () => {
    const { store } = await open();
    await stored(store, release('r1', ['a', 'c']), release('r2', ['b'], { project: 'other', version: '2.0.0' }));
    await stored(store, release('r3', ['d']));
    await deployed(store, 'r1');
    await deployed(store, 'r2', { project: 'other' });
    await deployed(store, 'r3', { environment: 'staging' });
    const page = (more: object) => store.releases.activePipelines(LOG.environment, { limit: 9, ...more });
    expect(await page({})).toEqual([
      { name: 'a', digest: 'a-first', project: 'shop', release: 'r1', version: '1.0.0', number: 1 },
      { name: 'b', digest: 'b-first', project: 'other', release: 'r2', version: '2.0.0', number: 1 },
      { name: 'c', digest: 'c-first', project: 'shop', release: 'r1', version: '1.0.0', number: 1 },
    ]);
    const names = async (more: object) => (await page(more)).map(({ name }) => name);
    expect(await names({ limit: 1, after: 'a' })).toEqual(['b']);
    expect(await names({ project: 'shop', after: 'a' })).toEqual(['c']);
    expect(await names({ project: 'none' })).toEqual([]);
    const taken = (project: string, list: string[]) => store.releases.takenNames(LOG.environment, project, list);
    expect(await taken('shop', ['c', 'b', 'a', 'new'])).toEqual([{ name: 'b', project: 'other' }]);
    expect(await taken('other', ['c', 'b', 'a'])).toEqual([
      { name: 'a', project: 'shop' },
      { name: 'c', project: 'shop' },
    ]);
    expect(await taken('shop', [])).toEqual([]);
  });

  it('refuses what cannot be there', async () => {
    const { store } = await open();
    await expect(deployed(store, 'nowhere')).rejects.toEqual(code('NOT_FOUND', 'nowhere'));
  });
}
