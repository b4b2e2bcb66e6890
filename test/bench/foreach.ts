import { systemClock } from '../../src/hosts/node/clock.ts';
import { openPostgres } from '../../src/hosts/node/database/postgres.ts';
import { WorkerWorld } from '../worker/world.ts';
import { withQueue } from './postgres.ts';
import { environmentOf, FM, inFolder, start } from './processes.ts';
import { type Bench, type Row, type Scale, sampleOf } from './row.ts';

const PARALLEL = 50;
/** Milliseconds that the body of an item waits. */
const BODY = 100;
const LOOK = 20;
const MB = 1_000_000;

/** One list that keeps a worker busy: time beside what the bodies alone would take, and memory. */
export const bench: Bench = {
  name: 'foreach',
  summary: 'a foreach over 10,000 items, 50 at a time, on `fm worker`',

  run({ stages }: Scale): Promise<Row[]> {
    return withQueue((url) =>
      inFolder(async (folder) => {
        const world = new WorkerWorld(await openPostgres(url), systemClock, { environment: 'staging' });
        const variables = { FM_ENVIRONMENT: 'staging', FM_DATABASE_URL: url };
        const worker = start([FM, 'worker', '--json'], { cwd: folder, env: environmentOf(folder, variables) });
        worker.child.stdout?.resume();
        let most = 0;
        try {
          await world.deploy([
            {
              name: 'list',
              stages: [
                {
                  id: 'each',
                  component: 'foreach',
                  config: { items: '{{ input.items }}', loop_stages: ['wait'], parallel: true, max_parallel: PARALLEL },
                },
                { id: 'wait', component: 'delay', config: { duration: `${BODY}ms` } },
              ],
              result: '{{ stages.each.output.count }}',
            },
          ]);
          const run = await world.start('list', { items: Array.from({ length: stages }, (_, i) => i) });
          await world.store.queue.enqueue({ tenant: null, run, segment: 1, priority: 0 });
          let state = await world.row(run);
          while (state.status === 'queued' || state.status === 'running') {
            most = Math.max(most, (await worker.usage()).rss);
            await new Promise((resolve) => setTimeout(resolve, LOOK));
            state = await world.row(run);
          }
          if (state.status !== 'succeeded') throw new Error(`the run ${state.status}: ${JSON.stringify(state.error)}`);
          const took = (state.finished_at ?? 0) - (state.started_at ?? 0);
          const ideal = (Math.ceil(stages / PARALLEL) * BODY) as number;
          return [
            {
              bench: 'foreach',
              name: `${stages.toLocaleString('en')} items, ${PARALLEL} at a time, ${BODY} ms each`,
              unit: 'ms',
              measured: sampleOf([took]),
              floor: { name: 'the bodies alone', sample: sampleOf([ideal]) },
              ratio: took / ideal,
              budget: { of: 'ratio', most: 1.5 },
            },
            {
              bench: 'foreach',
              name: 'memory of the worker meanwhile, at most',
              unit: 'bytes',
              measured: sampleOf([most]),
              budget: { of: 'median', most: 200 * MB },
            },
          ];
        } finally {
          await world.close();
          await world.store.close();
          await worker.end();
        }
      }),
    );
  },
};
