import { setTimeout as pause } from 'node:timers/promises';
import { withQueue } from './postgres.ts';
import { inFolder, type Server, serve } from './processes.ts';
import { type Bench, type Row, type Scale, sampleOf } from './row.ts';

const CALLS = 50;
/** Milliseconds in which a server that nobody calls gives memory back. */
const PAUSE = 3_000;
const MB = 1_000_000;

/** What servers that have nothing to do hold of the machine's memory. */
export const bench: Bench = {
  name: 'idle',
  summary: 'memory of `fm serve` over PostgreSQL after fifty calls and a pause, with and without a worker',

  run({ repeat }: Scale): Promise<Row[]> {
    return withQueue((url) =>
      inFolder(async (folder) => {
        const rows: Row[] = [];
        for (const flags of [[], ['--worker']]) {
          const values: number[] = [];
          for (let i = 0; i < Math.min(3, repeat); i++) values.push(await resident(url, folder, flags, repeat));
          rows.push({
            bench: 'idle',
            name: ['fm serve', ...flags].join(' '),
            unit: 'bytes',
            measured: sampleOf(values),
            budget: { of: 'median', most: 150 * MB },
          });
        }
        return rows;
      }),
    );
  },
};

async function resident(url: string, folder: string, flags: readonly string[], repeat: number): Promise<number> {
  const server = await serve(url, folder, { flags });
  try {
    for (let i = 0; i < CALLS; i++) await call(server);
    await pause(repeat === 1 ? 0 : PAUSE);
    return (await server.usage()).rss;
  } finally {
    await server.end();
  }
}

async function call({ url, key }: Server): Promise<void> {
  const answer = await fetch(`${url}/api/v1/deployments`, { headers: { 'x-api-key': key } });
  if (!answer.ok) throw new Error(await answer.text());
  await answer.arrayBuffer();
}
