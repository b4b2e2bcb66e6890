import { expect } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { LOG } from './samples.ts';

/** What `fixtures/deploy.ts` wrote fits together; answers the number of the active deployment. */
export async function expectConsistent(store: Store): Promise<number> {
  const log = await store.deployments.list(LOG, { limit: 100_000 });
  const numbers = log.map(({ number }) => number);
  expect(numbers).toEqual(Array.from({ length: log.length }, (_, i) => log.length - i));
  expect(log.every(({ status, base, number }) => status === 'succeeded' && base === number - 1)).toBe(true);
  const active = await store.releases.active(LOG.environment, LOG.project);
  expect(active?.number ?? 0).toBe(log.length);
  expect(active?.digest).toBe(log[0]?.release);
  expect(await store.audit.verify()).toEqual({ rows: log.length, broken: null });
  expect((await store.vars.snapshot(LOG.environment)).number ?? 0).toBe(log.length);
  const names = active ? (await store.releases.pipelines(active.digest)).length : 0;
  expect(await store.releases.countNames(LOG.environment)).toBe(names);
  return log.length;
}
