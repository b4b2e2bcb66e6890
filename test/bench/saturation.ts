import { Pool } from 'undici';
import { systemClock } from '../../src/hosts/node/clock.ts';
import { openPostgres } from '../../src/hosts/node/database/postgres.ts';
import { WorkerWorld } from '../worker/world.ts';
import { makeKeys } from './keys.ts';
import { withQueue } from './postgres.ts';
import { inFolder, serve } from './processes.ts';
import { type Bench, type Row, type Scale, sampleOf } from './row.ts';

/** Runs that `fm serve --worker` executes at a time, and how long each keeps its place, milliseconds. */
const PLACES = 8;
const BODY = 200;
/** Runs that may be due. */
const MOST = 100;
/** Milliseconds between two starts: five times of what can be executed. */
const EVERY = BODY / PLACES / 5;
const KEYS = 10;
const CONNECTIONS = 64;

/** More runs than can be executed: those that are accepted begin in a bounded time, the rest is told to come again. */
export const bench: Bench = {
  name: 'saturation',
  summary: 'how long accepted runs wait when five times as many are asked for as can be executed',

  run({ repeat }: Scale): Promise<Row[]> {
    const calls = repeat === 1 ? 60 : 2_000;
    return withQueue((url) =>
      inFolder(async (folder) => {
        const world = new WorkerWorld(await openPostgres(url), systemClock, { environment: 'staging' });
        const variables = { FM_QUEUE_MOST: String(MOST) };
        const server = await serve(url, folder, { flags: ['--worker'], variables });
        const pool = new Pool(server.url, { connections: CONNECTIONS });
        try {
          await world.deploy([
            { name: 'slow', stages: [{ id: 'wait', component: 'delay', config: { duration: `${BODY}ms` } }] },
          ]);
          const keys = await makeKeys(world.store, KEYS);
          const from = performance.now();
          const answers = await Promise.all(
            Array.from({ length: calls }, async (_, i) => {
              await new Promise((resolve) => setTimeout(resolve, Math.max(0, from + i * EVERY - performance.now())));
              return ask(pool, keys[i % KEYS]);
            }),
          );
          const accepted = answers.flatMap(({ run }) => (run === undefined ? [] : [run]));
          const refused = answers.length - accepted.length;
          const waits: number[] = [];
          for (const run of accepted) {
            let row = await world.row(run);
            while (row.finished_at === null) {
              await new Promise((resolve) => setTimeout(resolve, BODY));
              row = await world.row(run);
            }
            waits.push((row.started_at ?? 0) - row.accepted_at);
          }
          const sorted = waits.toSorted((a, b) => a - b);
          const p95 = sorted[Math.floor((sorted.length - 1) * 0.95)] ?? 0;
          // What is due is begun in as many rounds as it fills the places.
          const bound = ((MOST + PLACES) / PLACES) * BODY;
          return [
            {
              bench: 'saturation',
              name: `${accepted.length} runs accepted, ${refused} refused with 429: wait of the accepted, p95`,
              unit: 'ms',
              measured: { ...sampleOf(waits), median: p95 },
              floor: { name: `${MOST} due runs on ${PLACES} places`, sample: sampleOf([bound]) },
              ratio: p95 / bound,
              budget: { of: 'ratio', most: 1.5 },
            },
          ];
        } finally {
          await pool.close();
          await world.close();
          await world.store.close();
          await server.end();
        }
      }),
    );
  },
};

/** The run that was accepted; undefined where the queue was full, and said for how long. */
async function ask(pool: Pool, key = ''): Promise<{ readonly run: string | undefined }> {
  const { statusCode, headers, body } = await pool.request({
    method: 'POST',
    path: '/api/v1/pipelines/slow/runs',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: '{}',
  });
  const answer = (await body.json()) as { readonly run_id?: string; readonly code?: string };
  if (statusCode === 202) return { run: answer.run_id };
  if (statusCode === 429 && headers['retry-after'] !== undefined) return { run: undefined };
  throw new Error(`${statusCode} ${JSON.stringify(answer)}`);
}
