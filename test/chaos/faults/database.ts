import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { migrateDatabase } from '../../../src/hosts/node/database/migrate.ts';
import { tempFolder } from '../../setup/fm.ts';
import { type OwnServer, type OwnServerOptions, ownServer } from '../../setup/postgres/own-server.ts';
import { setHeartbeat } from '../../setup/postgres-queue.ts';
import { Load, pause } from '../load.ts';
import { type Chance, seeded } from '../seeded.ts';
import { TcpProxy } from '../tcp-proxy.ts';

/** Restarts PostgreSQL as a crash does, while runs come, `between` milliseconds after it has come back at most. */
export async function restartDatabase(options: { times: number; between: number; lease?: number }): Promise<void> {
  const { times, between, lease } = options;
  const chance = seeded('restart');
  const { server, load } = await openOwn(chance, { lease });
  for (let n = 0; n < times; n++) {
    await pause(500 + chance.below(between));
    await server.restart();
  }
  await load.conclude('immediate restart of PostgreSQL', times);
}

/** Fills the disk of the database while runs come, and makes room again. */
export async function fillDisk({ times, full }: { times: number; full: number }): Promise<void> {
  const chance = seeded('disk');
  const folder = smallDisk(DISK_MB);
  const { server, load } = await openOwn(chance, { folder });
  const filler = join(folder, 'filler');
  for (let n = 0; n < times; n++) {
    await pause(1_000 + chance.below(2_000));
    fill(filler);
    await pause(full);
    rmSync(filler);
    await server.revive();
  }
  await load.conclude('disk of the database full', times);
}

/** What PostgreSQL needs, and a little more. */
const DISK_MB = 160;

/** A file system of so many megabytes; gone when the test is over. */
function smallDisk(megabytes: number): string {
  const folder = tempFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', folder]);
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return folder;
}

/** Writes a file until there is no room for another byte. */
function fill(file: string): void {
  const descriptor = openSync(file, 'w');
  try {
    for (const size of [1 << 20, 4096, 1]) while (canWrite(descriptor, Buffer.alloc(size)));
  } finally {
    closeSync(descriptor);
  }
}

function canWrite(descriptor: number, bytes: Buffer): boolean {
  try {
    return writeSync(descriptor, bytes) > 0;
  } catch {
    return false;
  }
}

interface OwnOptions extends OwnServerOptions {
  /** Milliseconds, where it is not the product's. */
  readonly lease?: number | undefined;
}

async function openOwn(chance: Chance, { lease, ...options }: OwnOptions): Promise<{ server: OwnServer; load: Load }> {
  const server = await ownServer(options);
  await migrateDatabase(server.url, { folder: '/', dryRun: false });
  if (lease !== undefined) await setHeartbeat(server.url, lease / 1_000);
  const load = await Load.open({ url: server.url, chance, atOnce: 40 });
  await Promise.all([load.add(), load.add()]);
  load.begin();
  return { server, load };
}

const COMMIT = /commit/i;
/** The message that ends a transaction of ours, which has done everything else. */
const ONLY_COMMIT = /^Q[\s\S]{4}commit\0$/;
/** One in so many other pieces is cut as well: most statements commit by themselves. */
const OTHERS = 150;

/** Cuts connections around COMMIT, before it arrives or before its answer does, of workers and whoever accepts runs. */
export async function cutConnections({ url, times }: { url: string; times: number }): Promise<void> {
  const chance = seeded('cut');
  const { proxy, through } = await detour(url);
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
      return { when: chance.below(2) === 0 ? 'before' : 'after', reset: chance.below(2) === 0 };
    };
  });
  await load.conclude('connection cut around COMMIT', times);
}

/**
 * Lets the way of a worker to the database go silent in the middle of a transaction, for times shorter and longer than a
 * lease: whoever takes its runs over must not wait for what that transaction holds.
 */
export async function loseLink(options: { url: string; times: number; lease: number }): Promise<void> {
  const { url, times, lease } = options;
  const chance = seeded('link');
  const { proxy, through } = await detour(url);
  const load = await Load.open({ url, chance, atOnce: 30 });
  await load.add();
  load.workers.push(await load.addThrough(through));
  load.begin();
  for (let n = 0; n < times; n++) {
    await pause(1_000 + chance.below(1_000));
    await new Promise<void>((resolve) => {
      proxy.decide = (sent) => {
        if (!ONLY_COMMIT.test(sent.toString('latin1'))) return undefined;
        proxy.silence();
        return void resolve();
      };
    });
    proxy.decide = () => undefined;
    // The first time it does not come back before all runs of that moment have ended without it.
    if (n === 0) await load.untilEnded();
    else await pause(chance.below(lease * 3));
    proxy.restore();
  }
  await load.conclude('link to the database lost in a transaction', times);
}

/** Another way to a database. */
async function detour(url: string): Promise<{ proxy: TcpProxy; through: string }> {
  const { proxy, port } = await TcpProxy.open(Number(new URL(url).port));
  return { proxy, through: Object.assign(new URL(url), { port: String(port) }).href };
}
