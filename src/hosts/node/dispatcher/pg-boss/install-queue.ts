import { setTimeout as delay } from 'node:timers/promises';
import type { PgBoss } from 'pg-boss';
import { openBoss, translated } from './open-boss.ts';
import { DEAD, DEAD_QUEUE, RUNS, RUNS_QUEUE, SCHEMA } from './settings.ts';

/** What of the queue's settings may differ from ENGINE.md 3. */
export type QueueSettings = Partial<Pick<typeof RUNS_QUEUE, 'retryLimit'>>;

/** So that the cap of a tenant's queued jobs is checked without reading those of all others. */
const TENANTS = `create index if not exists flowmason_job_tenant on ${SCHEMA}.job_common (group_id)
  where group_id is not null and state < 'active'`;
/** Milliseconds between two looks whether pg-boss has built its indexes. */
const PAUSE = 100;

/**
 * Brings pg-boss' tables to the version that is bundled and sets our queues up: the work of `fm migrate`, and of nobody
 * else. May be repeated. Throws FlowMasonError `DATABASE_…`.
 */
export async function installQueue(url: string, settings: QueueSettings = {}): Promise<void> {
  const errors: unknown[] = [];
  const boss = await openBoss(url, {
    supervise: false,
    migrate: true,
    connections: 2,
    onError: (error) => errors.push(error),
  });
  try {
    await untilBuilt(boss, errors);
    await provideQueue(boss, DEAD, DEAD_QUEUE);
    await provideQueue(boss, RUNS, { ...RUNS_QUEUE, ...settings });
    await boss.getDb().executeSql(TENANTS);
  } catch (error) {
    throw translated(error);
  } finally {
    await boss.stop({ graceful: true });
  }
}

async function provideQueue(
  boss: PgBoss,
  name: string,
  settings: typeof RUNS_QUEUE | typeof DEAD_QUEUE,
): Promise<void> {
  // Does nothing where there is one, whose settings may be those of an older version.
  await boss.createQueue(name, settings);
  await boss.updateQueue(name, settings);
}

/** Some indexes are built behind the migration; whoever ends before leaves them undone. */
async function untilBuilt(boss: PgBoss, errors: readonly unknown[]): Promise<void> {
  for (;;) {
    const entries = await boss.getBamStatus();
    if (errors.length > 0) throw errors[0];
    if (entries.every(({ status }) => status === 'completed')) return;
    await delay(PAUSE);
  }
}
