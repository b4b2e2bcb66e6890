import { it } from 'vitest';
import { queueDatabase } from '../setup/postgres-queue.ts';
import { killWorkers, stopWorkers, takeOver } from './faults/workers.ts';

it('200 workers are killed', async () => {
  await killWorkers({ url: await queueDatabase(), times: 200, between: 1_500 });
}, 1_800_000);

it('20 workers hang for longer than their lease and go on', async () => {
  await stopWorkers({ url: await queueDatabase(), times: 20, between: 3_000 }, 10_000);
}, 900_000);

it('others take over within 15 seconds', async () => {
  await takeOver({ url: await queueDatabase(), times: 5 });
}, 300_000);
