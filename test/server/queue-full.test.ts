import { expect, it, onTestFinished } from 'vitest';
import { GREET } from '../control/runs/world.ts';
import { tempFolder } from '../setup/fm.ts';
import { openIdle } from '../worker/queue/queue-world.ts';
import { launchServer } from './server-process.ts';

it('a server refuses what its workers cannot do in time, and takes it when they can', async () => {
  const { url, world, worker } = await openIdle({ environment: 'staging' });
  await world.deploy([GREET]);
  const variables = { FM_ENVIRONMENT: 'staging', FM_DATABASE_URL: url, FM_QUEUE_MOST: '2' };
  const kill = (child: { kill(signal: 'SIGKILL'): void }) => onTestFinished(() => child.kill('SIGKILL'));
  const { call } = await launchServer(tempFolder(), variables, kill, []);
  const start = () => call('POST', '/api/v1/pipelines/greet/runs', { input: { name: 'Ada' } });
  let answer = await start();
  let accepted = 0;
  // A look at the queue counts for a moment, in which more are taken.
  for (; answer.status === 202; answer = await start()) accepted++;
  expect(answer.status).toBe(429);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await answer.json()).toMatchObject({
    code: 'QUEUE_FULL',
    details: { queued: 2, queue_age_ms: expect.any(Number) },
  });
  expect(accepted).toBeGreaterThanOrEqual(2);
  expect((await world.store.runs.counts()).queued).toBe(accepted);
  await (await worker()).start();
  await expect.poll(async () => (await start()).status, { timeout: 30_000 }).toBe(202);
});
