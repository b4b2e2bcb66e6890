import postgres from 'postgres';
import { expect, it, onTestFinished } from 'vitest';
import { migrateDatabase } from '../../../src/hosts/node/database/migrate.ts';
import { readMigrations } from '../../../src/hosts/node/database/migrations.ts';
import { openDatabase } from '../../../src/hosts/node/database/open.ts';
import { installQueue } from '../../../src/hosts/node/dispatcher/pg-boss/install-queue.ts';
import { QueueWorker } from '../../../src/hosts/node/dispatcher/pg-boss/queue-worker.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { postgresDatabase } from '../../setup/postgres.ts';
import { code } from '../../store/world.ts';
import { JumpClock } from '../jump-clock.ts';
import { effects } from '../open.ts';
import { effect, WorkerWorld } from '../world.ts';

const SOON = { timeout: 30_000, interval: 50 };

/** A database with these migrations, a pipeline that waits for a signal and one that waits for an hour. */
async function before(migrations: ReturnType<typeof readMigrations>['postgres']) {
  const url = await postgresDatabase({ empty: true });
  const { server, url: to } = await effects();
  const sql = postgres(url, { max: 1 });
  const database = await openDatabase(url, '/');
  await migrate(database.migrations, migrations, 0);
  const world = new WorkerWorld(database, new JumpClock());
  onTestFinished(async () => {
    await world.close();
    await world.store.close();
    await sql.end();
  });
  const wait = (name: string, component: string, config: { duration: string } | { name: string }) => ({
    name,
    stages: [effect('a', to), { id: 'wait', component, config, depends_on: ['a'] }, effect('b', to, 'wait')],
  });
  await world.deploy([wait('approve', 'signal', { name: 'go' }), wait('nap', 'delay', { duration: '1h' })]);
  const worker = async () => {
    const opened = await QueueWorker.open({
      url,
      clock: world.clock,
      hosts: [world.host],
      concurrency: 4,
      onError: () => {},
    });
    onTestFinished(() => opened.close(0));
    return opened;
  };
  const status = async (run: string) => (await world.row(run)).status;
  /** Sends the signal and lets the hour pass; then both runs end, and nothing has happened twice. */
  const ends = async (approve: string, nap: string, awake: QueueWorker) => {
    const { segment } = await world.store.signals.send({ run: approve, name: 'go', data: true, actor: 'ada' });
    await world.store.queue.enqueue({ tenant: null, run: approve, segment: segment ?? 0, priority: 0 });
    world.clock.jump(3_600_000);
    // The clock of the queue is the database's.
    await sql`update pgboss.job set start_after = now() where state = 'created'`;
    await awake.reconcile();
    await expect.poll(() => status(approve), SOON).toBe('succeeded');
    await expect.poll(() => status(nap), SOON).toBe('succeeded');
    expect(['a', 'b'].map((name) => server.attempts(name))).toEqual([2, 2]);
  };
  return { url, database, world, worker, status, ends };
}

it('goes on with runs that were parked before there was a queue', async () => {
  const { url, world, worker, ends } = await before(readMigrations().postgres);
  const [approve, nap] = [await world.start('approve'), await world.start('nap')];
  for (const run of [approve, nap]) expect(await world.execute(run)).toMatchObject({ kind: 'waiting' });
  await expect(worker()).rejects.toEqual(code('SCHEMA_BEHIND', 'queue'));
  expect(await migrateDatabase(url, { folder: '/', dryRun: false })).toEqual([]);
  const awake = await worker();
  await awake.start();
  await ends(approve, nap, awake);
});

it('goes on with runs that are parked while the schema grows, also at workers that are there', async () => {
  const migrations = readMigrations().postgres;
  const { url, database, world, worker, status, ends } = await before(migrations);
  await installQueue(url);
  const awake = await worker();
  await awake.start();
  const [approve, nap] = [await world.start('approve'), await world.start('nap')];
  await awake.reconcile();
  for (const run of [approve, nap]) await expect.poll(() => status(run), SOON).toBe('waiting');
  const sql = `alter table runs add column note text;
--> statement-breakpoint
alter table journal add column note text;
--> statement-breakpoint
create index runs_note on runs (note)`;
  expect(await migrate(database.migrations, [...migrations, { name: '9999-note', sql }], 0)).toEqual(['9999-note']);
  await installQueue(url);
  await ends(approve, nap, awake);
});
