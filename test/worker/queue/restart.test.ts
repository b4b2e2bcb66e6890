import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/hosts/node/clock.ts';
import { migrateDatabase } from '../../../src/hosts/node/database/migrate.ts';
import { openDatabase } from '../../../src/hosts/node/database/open.ts';
import { ownServer } from '../../setup/postgres/own-server.ts';
import { effects } from '../open.ts';
import { effect, WorkerWorld } from '../world.ts';
import { startWorker } from './worker-process.ts';

const RUNS = 40;

it('ends all runs right when PostgreSQL is restarted under load', async () => {
  const postgres = await ownServer();
  await migrateDatabase(postgres.url, { folder: '/', dryRun: false });
  const world = new WorkerWorld(await openDatabase(postgres.url, '/'), systemClock);
  onTestFinished(async () => {
    await world.close();
    await world.store.close();
  });
  const { server, url } = await effects();
  await world.deploy([{ name: 'chain', stages: [effect('a', url), effect('b', url, 'a'), effect('c', url, 'b')] }]);
  for (let n = 0; n < RUNS; n++) {
    const run = await world.start('chain');
    await world.store.queue.enqueue({ tenant: null, run, segment: 1, priority: 0 });
  }
  server.hold('b');
  const workers = await Promise.all([1, 2].map(() => startWorker(postgres.url, '--concurrency', '5')));
  await server.asked('b', 10);
  await postgres.restart();
  server.release('b');
  const left = async () => {
    try {
      const { runs } = await world.store.runs.list({ environment: 'local' }, { limit: 500 });
      return runs.filter(({ status }) => status !== 'succeeded').length;
    } catch {
      return RUNS;
    }
  };
  await expect.poll(left, { timeout: 100_000, interval: 200 }).toBe(0);
  expect(['a', 'b', 'c'].map((name) => server.effects(name))).toEqual([RUNS, RUNS, RUNS]);
  for (const { kill } of workers) kill('SIGTERM');
  expect(await Promise.all(workers.map(({ ended }) => ended))).toEqual([0, 0]);
}, 120_000);
