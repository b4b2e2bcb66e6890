import { expect, it } from 'vitest';
import { queueDatabase } from '../setup/postgres-queue.ts';
import { loseLinks, noNetworks } from './faults/network.ts';

const reason = noNetworks();

it.skipIf(reason !== undefined)(
  `links of machines go down and up 10 times${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  async () => {
    expect(reason).toBeUndefined();
    await loseLinks({ url: await queueDatabase(), times: 10 });
  },
  900_000,
);
