import { migrateDatabase } from '../../../src/hosts/node/database/migrate.ts';
import { type OwnServer, ownServer } from '../../setup/postgres/own-server.ts';
import { Load, pause } from '../load.ts';
import { openProxy } from '../proxy.ts';
import { seeded } from '../seeded.ts';

/** Restarts PostgreSQL as a crash does, while runs come, `between` milliseconds after it has come back at most. */
export async function restartDatabase({ times, between }: { times: number; between: number }): Promise<void> {
  const chance = seeded('restart');
  const { server, load } = await openOwn(chance);
  for (let n = 0; n < times; n++) {
    await pause(500 + chance.below(between));
    await server.restart();
  }
  await load.conclude('immediate restart of PostgreSQL', times);
}

async function openOwn(chance: ReturnType<typeof seeded>): Promise<{ server: OwnServer; load: Load }> {
  const server = await ownServer();
  await migrateDatabase(server.url, { folder: '/', dryRun: false });
  const load = await Load.open({ url: server.url, chance, atOnce: 40 });
  await Promise.all([load.add(), load.add()]);
  load.begin();
  return { server, load };
}

const COMMIT = /commit/i;
/** One in so many other pieces is cut as well: most statements commit by themselves. */
const OTHERS = 150;

/** Cuts connections around COMMIT, before it arrives or before its answer does, of workers and whoever accepts runs. */
export async function cutConnections({ url, times }: { url: string; times: number }): Promise<void> {
  const chance = seeded('cut');
  const proxy = await openProxy(Number(new URL(url).port));
  const through = Object.assign(new URL(url), { port: String(proxy.port) }).href;
  const load = await Load.open({ url, through, chance, atOnce: 40 });
  await Promise.all([load.add(), load.add()]);
  load.begin();
  let cuts = 0;
  await new Promise<void>((resolve) => {
    proxy.decide = (sent) => {
      if (cuts >= times) return undefined;
      const isCommit = COMMIT.test(sent.toString('latin1'));
      if (chance.below(isCommit ? 10 : OTHERS) > 0) return undefined;
      if (++cuts >= times) resolve();
      return chance.below(2) === 0 ? 'before' : 'after';
    };
  });
  await load.conclude('connection cut around COMMIT', times);
}

/** Lets the way of workers to the database go silent, for times shorter and longer than a lease. */
export async function loseLink(options: { url: string; times: number; lease: number }): Promise<void> {
  const { url, times, lease } = options;
  const chance = seeded('link');
  const proxy = await openProxy(Number(new URL(url).port));
  const load = await Load.open({ url, chance, atOnce: 30 });
  await load.add();
  const away = await load.addThrough(Object.assign(new URL(url), { port: String(proxy.port) }).href);
  load.begin();
  for (let n = 0; n < times; n++) {
    await pause(1_000 + chance.below(1_000));
    proxy.silent = true;
    await pause(n === 0 ? lease * 1.5 : chance.below(lease * 2));
    proxy.silent = false;
  }
  away.kill('SIGTERM');
  await load.conclude('link to the database lost', times);
}
