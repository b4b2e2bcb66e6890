import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Release } from '../../src/core/release/manifest.ts';
import { openDatabase } from '../../src/hosts/node/database/open.ts';
import type { Store } from '../../src/store/store.ts';
import { startChild } from '../hosts/fixtures/child.ts';
import { tempFolder } from '../setup/fm.ts';
import { postgresDatabase } from '../setup/postgres.ts';
import fc from '../setup/property.ts';
import { worldIn, worldOf } from '../store/world.ts';
import { planeIn, WAYS } from './plane.ts';
import { deploy, logs, planned, releaseOf } from './shop.ts';

const LOG = { environment: 'staging', project: 'shop' };
const daily = { type: 'schedule', id: 'daily', cron: '0 6 * * *' };
const hook = { type: 'webhook', id: 'order', path: 'orders', signature: { scheme: 'none' } };
/** No two of them have a pipeline or a trigger in common that would hide a mix. */
const RELEASES = [
  releaseOf([logs('a', '1', { triggers: [daily] }), logs('b')], { version: '1.0.0' }),
  releaseOf([logs('a', '2'), logs('c', '2', { triggers: [daily, hook] })], { version: '2.0.0' }),
  releaseOf([logs('d', '3', { triggers: [hook] })], { version: '3.0.0' }),
];

const KILLS = 5;

describe.each([
  ['libSQL', async () => `sqlite:///${join(tempFolder(), 'killed.db')}`],
  ['PostgreSQL', postgresDatabase],
] as const)('a process that deploys to %s and is killed', { timeout: 180_000 }, (name, database) => {
  it('leaves the old release or the new one, never a mix, and the next goes on from there', async () => {
    const url = await database();
    const opened = await openDatabase(url, '/');
    const world = name === 'libSQL' ? await worldOf(opened) : worldIn(opened);
    onTestFinished(() => world.store.close());
    const file = join(tempFolder(), 'releases.json');
    writeFileSync(file, JSON.stringify(RELEASES));
    const moments = fc.sample(fc.record({ lines: fc.integer({ min: 1, max: 8 }), turns: fc.nat(400) }), KILLS);
    let least = 0;
    for (const { lines, turns } of moments) {
      const child = startChild('../../control/fixtures/deploy.ts', [url, file]);
      for (let i = 0; i < lines; i++) least = Math.max(least, Number(await child.line()));
      for (let i = 0; i < turns; i++) await new Promise(setImmediate);
      await child.kill();
      const found = await expectWhole(world.store);
      expect(found).toBeGreaterThanOrEqual(least);
      least = found;
    }
    const [, connect] = WAYS[0]!;
    const client = await connect(planeIn(world));
    const active = await world.store.releases.active(LOG.environment, LOG.project);
    for (const release of RELEASES) {
      const { done } = await deploy(client, release, { again: true });
      if (release === RELEASES[0]) expect(done).toBe(active?.digest !== release.digest);
    }
    await expectWhole(world.store);
    expect(await world.store.releases.active(LOG.environment, LOG.project)).toMatchObject({ version: '3.0.0' });
  });
});

it('an entry that never ended blocks nobody, counts for nothing, and is shown as what it is', async () => {
  const world = await worldOf(await openDatabase('sqlite::memory:', '/'));
  onTestFinished(() => world.store.close());
  const [, connect] = WAYS[0]!;
  const client = await connect(planeIn(world));
  const [one, two] = RELEASES as [Release, Release, Release];
  await deploy(client, one);
  await planned(client, two);
  const left = await world.store.deployments.begin({
    ...LOG,
    kind: 'deploy',
    release: two.digest,
    base: 1,
    actor: 'bob',
  });
  expect(left).toMatchObject({ number: 2, status: 'pending' });
  const { deployments } = await client.call('GET /deployments', { project: 'shop' });
  expect(deployments).toMatchObject([
    { number: 2, status: 'pending', active: false, finished_at: null },
    { number: 1, status: 'succeeded', active: true },
  ]);
  expect(await deploy(client, two)).toMatchObject({ done: true, deployment: { number: 3, base: 1 } });
  const back = await client.call('POST /rollbacks', { previous: true });
  expect(back).toMatchObject({ done: true, to: { number: 1 }, deployment: { number: 4, base: 3 } });
  await expect(world.store.deployments.activate(LOG, 2)).rejects.toMatchObject({ code: 'BASE_MOVED' });
});

/** Everything that is true of an active release is that of the last entry; answers its number. */
async function expectWhole(store: Store): Promise<number> {
  // A server may still be ending what a killed process began; whoever deploys holds the environment until then.
  await store.transaction((tx) => tx.environments.hold(LOG.environment));
  const log = (await store.deployments.list(LOG, { limit: 10_000 })).reverse();
  expect(log.map(({ number, base, status }) => [number, base, status])).toEqual(
    log.map((_, i) => [i + 1, i, 'succeeded']),
  );
  const last = log.at(-1);
  const release = RELEASES.find(({ digest }) => digest === last?.release);
  expect(await store.releases.active(LOG.environment, LOG.project)).toMatchObject({
    number: last?.number,
    digest: release?.digest,
  });
  const active = await store.releases.activePipelines(LOG.environment, { limit: 100 });
  expect(active.map(({ name, digest }) => [name, digest])).toEqual(Object.entries(release?.manifest.pipelines ?? {}));
  const triggers = await store.triggers.list(LOG.environment, LOG.project);
  const declared = (release?.pipelines ?? []).flatMap(({ name, definition }) =>
    ((definition.triggers ?? []) as { id: string }[]).map(({ id }) => `${name} ${id}`),
  );
  expect(triggers.map(({ pipeline, id }) => `${pipeline} ${id}`)).toEqual(declared);
  expect(await store.audit.verify()).toEqual({ rows: log.length, broken: null });
  return log.length;
}
