import { it } from 'vitest';
import { queueDatabase } from '../setup/postgres-queue.ts';
import { queueMany } from './faults/fairness.ts';

it('10,000 queued runs of three pipelines go on side by side', async () => {
  await queueMany({ url: await queueDatabase(), runs: 10_000 });
}, 1_800_000);
