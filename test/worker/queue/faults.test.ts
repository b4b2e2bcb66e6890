import { it } from 'vitest';
import { cutConnections, loseLink, restartDatabase } from '../../chaos/faults/database.ts';
import { killWorkers } from '../../chaos/faults/workers.ts';
import { queueDatabase } from '../../setup/postgres-queue.ts';

// The short forms of `npm run test:chaos`, with workers that are missed sooner.
const LEASE = 3_000;
const database = () => queueDatabase({ heartbeat: LEASE / 1_000 });

it('20 workers are killed', async () => {
  await killWorkers({ url: await database(), times: 20, between: 300 });
}, 120_000);

it('PostgreSQL is restarted twice', () => restartDatabase({ times: 2, between: 500, lease: LEASE }), 120_000);

it('10 connections are cut around COMMIT', async () => {
  await cutConnections({ url: await database(), times: 10 });
}, 120_000);

it('the link of a worker to the database is lost', async () => {
  await loseLink({ url: await database(), times: 1, lease: LEASE });
}, 120_000);
