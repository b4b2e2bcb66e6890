import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import postgres from 'postgres';
import { type Account, account, programsFolder, runnable } from './binaries.ts';

/** A folder with the data of a server, and who runs it with which programs. */
export interface Place {
  readonly data: string;
  readonly native: string;
  readonly who: Account;
}

export interface Launched {
  /** Of its database `postgres`. */
  readonly url: string;
  readonly server: ChildProcess;
  /** Rejects with what it said when it ends before it takes connections. */
  readonly ready: Promise<void>;
}

/** Makes the data of a server below a folder, unless they are there. */
export function preparePlace(folder: string): Place {
  const who = account();
  const data = join(folder, 'data');
  // Others than the owner of the folder have to get through it.
  if (who.uid !== undefined) chmodSync(folder, 0o711);
  const native = runnable(programsFolder(), folder, who);
  const place = { data, native, who };
  if (!existsSync(data)) initialise(place);
  return place;
}

/** Under another name first, so that what was interrupted is not taken for the data of a server. */
function initialise({ data, native, who }: Place): void {
  const making = `${data}.making`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { mode: 0o700 });
  if (who.uid !== undefined && who.gid !== undefined) chownSync(making, who.uid, who.gid);
  const how = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions'];
  execFileSync(join(native, 'bin', 'initdb'), ['-D', making, ...how], {
    ...runAs(who, making),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  renameSync(making, data);
}

/** Starts a server on loopback. */
export function launch({ data, native, who }: Place, port: number, more: readonly string[]): Launched {
  const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', ...more];
  const flags = settings.flatMap((setting) => ['-c', setting]);
  const server = spawn(join(native, 'bin', 'postgres'), ['-D', data, ...flags], {
    ...runAs(who, data),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ready = new Promise<void>((resolve, reject) => {
    let log = '';
    server.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      if (log.includes('ready to accept connections')) resolve();
    });
    server.on('exit', () => reject(new Error(log)));
  });
  return { url: `postgresql://postgres@127.0.0.1:${port}/postgres`, server, ready };
}

/** Whoever answers there must be the server of these data before anything is written to it. */
export async function requireOwn(url: string, { data }: Place): Promise<void> {
  const sql = postgres(url, { max: 1 });
  const [row] = await sql`show data_directory`;
  await sql.end();
  if (row?.data_directory !== data) throw new Error(`another server answers at ${url}: ${row?.data_directory}`);
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('the probe has no port');
  return address.port;
}

function runAs(who: Account, cwd: string) {
  return { ...who, cwd, env: { LC_ALL: 'C', PATH: process.env.PATH } };
}
