import { it } from 'vitest';
import { queueDatabase } from '../setup/postgres-queue.ts';
import { cutConnections, fillDisk, loseLink, restartDatabase } from './faults/database.ts';

it('PostgreSQL is restarted 20 times', () => restartDatabase({ times: 20, between: 4_000 }), 900_000);

it('100 connections are cut around COMMIT', async () => {
  await cutConnections({ url: await queueDatabase(), times: 100 });
}, 900_000);

it('the link to the database is lost 10 times', async () => {
  await loseLink({ url: await queueDatabase(), times: 10, lease: 10_000 });
}, 900_000);

// Needs to mount a small file system.
it.runIf(process.getuid?.() === 0)(
  'the disk of the database is full 3 times',
  () => fillDisk({ times: 3, full: 8_000 }),
  900_000,
);
