import postgres from 'postgres';
import { it, onTestFinished } from 'vitest';
import { effects } from '../open.ts';
import { effect } from '../world.ts';
import { openIdle } from './queue-world.ts';

it('dbg', async () => {
  const { url, world, start, worker } = await openIdle();
  const { server, url: to } = await effects();
  await world.deploy([{ name: 'chain', stages: [effect('a', to), effect('b', to, 'a'), effect('c', to, 'b')] }]);
  const sql = postgres(url, { max: 1 });
  onTestFinished(() => sql.end());
  const t0 = performance.now();
  const log = (what: string) => process.stderr.write(`${Math.round(performance.now() - t0)} ${what}\n`);
  await (
    await worker({
      onError: (e) => log(`worker ${String((e as Error).message).slice(0, 150)}`),
      onExecuted: (run, x) => log(`${run} ${x.kind}`),
    })
  ).start();
  server.hold('b');
  const runs = await Promise.all(Array.from({ length: 8 }, () => start('chain')));
  await server.asked('b', 8);
  log('terminate');
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
  server.release('b');
  for (let i = 0; i < 400; i++) {
    const from = performance.now();
    try {
      const s = await Promise.all(runs.map(async (run) => (await world.row(run)).status));
      if (i % 20 === 0) log(s.join());
      if (s.every((x) => x === 'succeeded')) break;
    } catch (e) {
      log(`row ${Math.round(performance.now() - from)} ${(e as Error).message.slice(0, 100)}`);
      if (i % 10 === 3) {
        const rows =
          await sql`select application_name, state, wait_event, left(query, 60) as q, count(*)::int as n from pg_stat_activity where datname = current_database() group by 1,2,3,4`;
        for (const r of rows) log(JSON.stringify(r));
      }
    }
    await new Promise((r) => setTimeout(r, 100));
  }
});
