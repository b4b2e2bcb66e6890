import { expect, it } from 'vitest';
import { code } from '../store/world.ts';
import { onEvery } from './every.ts';
import { planeIn } from './plane.ts';
import { deploy, logs, planned, releaseOf, uploaded } from './shop.ts';

const one = releaseOf([logs('pay'), logs('ship')]);
const two = releaseOf([logs('pay', 'second'), logs('ship')], { version: '1.1.0' });
const less = releaseOf([logs('pay')], { version: '1.2.0' });

onEvery('looking at what was deployed', (open, connect) => {
  it('pages through the log, the newest first', async () => {
    const client = await connect(planeIn(await open()));
    expect(await client.call('GET /deployments', {})).toEqual({ deployments: [], next: null });
    for (const release of [one, two, one]) await deploy(client, release);
    const page = await client.call('GET /deployments', { limit: 2 });
    expect(page.deployments.map(({ number, active }) => [number, active])).toEqual([
      [3, true],
      [2, false],
    ]);
    const last = await client.call('GET /deployments', { limit: 2, before: page.next ?? undefined });
    expect(last.deployments.map(({ number }) => number)).toEqual([1]);
    expect(last.next).toBeNull();
    for (const wrong of [{ limit: 0 }, { limit: 501 }, { limit: 'x' as never }, { before: -1 }, { page: 2 } as never])
      await expect(client.call('GET /deployments', wrong)).rejects.toEqual(code('REQUEST_INVALID'));
    await expect(client.call('GET /deployments/:number', { number: 9 })).rejects.toEqual(code('NOT_FOUND', '#9'));
  });

  it('wants the project named where there are several', async () => {
    const client = await connect(planeIn(await open()));
    await deploy(client, one);
    await deploy(client, releaseOf([logs('other')], { project: 'other' }));
    await expect(client.call('GET /deployments', {})).rejects.toEqual(code('USAGE', '`other`, `shop`'));
    expect((await client.call('GET /deployments', { project: 'other' })).deployments).toHaveLength(1);
    expect((await client.call('GET /deployments/:number', { number: 1, project: 'shop' })).release).toBe(one.digest);
    expect((await client.call('GET /releases/active', {})).releases.map(({ project }) => project)).toEqual([
      'other',
      'shop',
    ]);
    expect(await client.call('GET /releases/active', { project: 'no' })).toEqual({ releases: [] });
  });

  it('shows releases and pipelines, byte for byte', async () => {
    const client = await connect(planeIn(await open()));
    await deploy(client, one);
    expect(await client.call('GET /releases/:digest', { digest: one.digest })).toMatchObject({
      manifest: one.manifest,
      evidence: [],
    });
    await expect(client.call('GET /releases/:digest', { digest: 'f'.repeat(64) })).rejects.toEqual(code('NOT_FOUND'));
    const [pay, ship] = one.pipelines;
    const active = { project: 'shop', release: one.digest, version: '1.0.0', number: 1 };
    expect(await client.call('GET /pipelines/:name', { name: 'pay' })).toEqual({
      ...active,
      name: 'pay',
      digest: pay?.digest,
      text: pay?.text,
    });
    await expect(client.call('GET /pipelines/:name', { name: "p' or 1=1" })).rejects.toEqual(code('NOT_FOUND'));
    const first = await client.call('GET /pipelines', { limit: 1 });
    expect(first).toEqual({ pipelines: [{ ...active, name: 'pay', digest: pay?.digest }], next: 'pay' });
    expect(await client.call('GET /pipelines', { after: first.next ?? '', project: 'shop' })).toEqual({
      pipelines: [{ ...active, name: 'ship', digest: ship?.digest }],
      next: null,
    });
    expect(await client.call('GET /pipelines', { project: 'other' })).toEqual({ pipelines: [], next: null });
  });

  it('gives the files of pipelines in answers of bounded size', async () => {
    const world = await open();
    const client = await connect(planeIn(world));
    await uploaded(client, one);
    const files = one.pipelines.map(({ name, digest, text }) => ({ name, digest, text }));
    const digests = files.map(({ digest }) => digest);
    const unknown = 'f'.repeat(64);
    expect(await client.call('POST /pipelines/content', { digests: [unknown, ...digests, ...digests] })).toEqual({
      pipelines: files,
      left: [],
    });
    const large = ['a', 'b', 'c', 'd'].map((name) => ({
      name,
      digest: name.repeat(64),
      source: name.repeat(2_000_000),
      definition: '{}',
    }));
    await world.store.releases.putPipelines(large);
    const wanted = large.map(({ digest }) => digest);
    const { pipelines, left } = await client.call('POST /pipelines/content', { digests: wanted });
    expect(pipelines.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(left).toEqual(wanted.slice(3));
    const rest = await client.call('POST /pipelines/content', { digests: [...left] });
    expect(rest).toEqual({ pipelines: [{ name: 'd', digest: wanted[3], text: large[3]?.source }], left: [] });
  });

  it('knows pipelines that were active, of that project and name only', async () => {
    const client = await connect(planeIn(await open()));
    await deploy(client, one);
    await deploy(client, two);
    await planned(client, less);
    const stored = releaseOf([logs('pay', 'never')]);
    await planned(client, stored);
    const [pay] = one.pipelines;
    const digest = pay?.digest ?? '';
    const pipelines = [
      { name: 'pay', digest },
      { name: 'ship', digest },
      { name: 'pay', digest: two.pipelines[0]?.digest ?? '' },
      { name: 'pay', digest: stored.pipelines[0]?.digest ?? '' },
    ];
    expect(await client.call('POST /pipelines/known', { project: 'shop', pipelines })).toEqual({
      known: [pipelines[0], pipelines[2]],
    });
    expect(await client.call('POST /pipelines/known', { project: 'other', pipelines })).toEqual({ known: [] });
  });

  it('needs the scope to read', async () => {
    const client = await connect(planeIn(await open()), { scopes: ['deploy'] });
    const calls = [
      client.call('GET /deployments', {}),
      client.call('GET /deployments/:number', { number: 1 }),
      client.call('GET /plans/:id', { id: 'x' }),
      client.call('GET /releases/active', {}),
      client.call('GET /releases/:digest', { digest: one.digest }),
      client.call('GET /pipelines', {}),
      client.call('GET /pipelines/:name', { name: 'pay' }),
      client.call('POST /pipelines/content', { digests: [] }),
      client.call('POST /pipelines/known', { project: 'shop', pipelines: [] }),
    ];
    for (const call of calls) await expect(call).rejects.toEqual(code('FORBIDDEN', 'releases:read'));
  });
});
