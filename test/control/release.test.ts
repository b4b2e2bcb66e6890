import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { ComponentDescriptor } from '../../src/core/descriptor.ts';
import { code } from '../store/world.ts';
import { onEvery } from './every.ts';
import { planeIn } from './plane.ts';
import { deploy, logs, releaseOf, uploaded } from './shop.ts';

const FILE = '../shared/data/naughty/blns.json';
const FOUND: string[] = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : [];
/** Those without a null character, which PostgreSQL cannot store and the control plane refuses. */
const NAUGHTY = [...FOUND, "Robert'); drop table runs;--", '\u202e\u200b', '🏳️‍🌈', '__proto__', '{{x}}'].filter(
  (text) => !text.includes('\u0000') && text.isWellFormed() && !text.includes('{{'),
);

/** Tells which components were looked at, which is what compiling does. */
class Watched extends Map<string, ComponentDescriptor> {
  readonly seen = new Set<string>();

  override get(name: string): ComponentDescriptor | undefined {
    this.seen.add(name);
    return super.get(name);
  }
}

onEvery('storing a release', (open, connect) => {
  it('compiles what is new and nothing else', async () => {
    const plane = planeIn(await open());
    const descriptors = new Watched(plane.descriptors);
    const client = await connect({ ...plane, descriptors });
    const filter = { id: 'f', component: 'filter', config: { items: [], condition: 'true' } };
    const quiet = { name: 'quiet', stages: [filter] };
    const stored = async (...definitions: Parameters<typeof releaseOf>[0][]) => {
      for (const list of definitions) {
        const release = releaseOf(list);
        await uploaded(client, release);
        await client.call('POST /releases', { manifest: release.manifest, digest: release.digest });
      }
    };
    await stored([quiet, logs('pay')]);
    expect([...descriptors.seen].sort()).toEqual(['filter', 'logger']);
    descriptors.seen.clear();
    await stored([quiet, logs('pay', 'second')], [quiet], [quiet, logs('pay')]);
    expect([...descriptors.seen]).toEqual(['logger']);
  });

  it('believes nothing that was checked with other limits', async () => {
    const client = await connect(planeIn(await open()));
    const stages = [1, 2, 3].map((i) => ({ id: `s${i}`, component: 'logger', config: { message: 'x' } }));
    const wide = releaseOf([{ name: 'pay', stages }]);
    await deploy(client, wide);
    const manifest = { ...wide.manifest, settings: { limits: { stages: 2 } } };
    await expect(client.call('POST /releases', { manifest })).rejects.toEqual(
      expect.objectContaining({
        code: 'RELEASE_INVALID',
        problems: [expect.objectContaining({ code: 'TOO_MANY_STAGES' })],
      }),
    );
    await expect(
      client.call('POST /releases', { manifest: { ...manifest, settings: { limits: { stages: 9_999 } } } }),
    ).rejects.toEqual(code('RELEASE_INVALID', 'settings.limits.stages'));
    expect(
      await client.call('POST /releases', { manifest: { ...manifest, settings: { limits: { stages: 3 } } } }),
    ).toMatchObject({ created: true });
  });

  it('gives back texts of all kinds byte for byte', async () => {
    const client = await connect(planeIn(await open()));
    const release = releaseOf(NAUGHTY.map((description, i) => logs(`p${i}`, 'x', { description })));
    await deploy(client, release);
    const digests = release.pipelines.map(({ digest }) => digest);
    const { pipelines } = await client.call('POST /pipelines/content', { digests });
    expect(pipelines).toEqual(release.pipelines.map(({ name, digest, text }) => ({ name, digest, text })));
    const [shown] = (await client.call('GET /deployments', { limit: 1 })).deployments;
    expect(shown?.changes.added).toBe(NAUGHTY.length);
  });

  it('takes the same pipelines and releases from many at once, in any order', async () => {
    const world = await open();
    const clients = await Promise.all([0, 1, 2, 3, 4, 5].map(() => connect(planeIn(world))));
    const release = releaseOf(Array.from({ length: 150 }, (_, i) => logs(`p${i}`)));
    const files = release.pipelines.map(({ digest, text }) => ({ digest, text }));
    const answers = await Promise.all(
      clients.map(async (client, i) => {
        const pipelines = i % 2 === 0 ? files : files.toReversed();
        const { stored } = await client.call('PUT /pipelines/by-digest', { pipelines });
        const { created } = await client.call('POST /releases', { manifest: release.manifest });
        return { stored, created };
      }),
    );
    expect(answers.reduce((sum, { stored }) => sum + stored, 0)).toBe(150);
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    expect(await world.store.releases.pipelines(release.digest)).toHaveLength(150);
  });
});
