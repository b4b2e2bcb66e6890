import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { tempFolder } from '../fm.ts';
import { account, programsFolder, runnable } from './binaries.ts';

/** A PostgreSQL server of one test, which it may stop and start. */
export interface OwnServer {
  readonly url: string;
  /** Ends it as a restart of the machine does, with its clients in the middle of something, and starts it again. */
  restart(): Promise<void>;
  /** Starts it again where it has ended by itself. */
  revive(): Promise<void>;
}

export interface OwnServerOptions {
  /** Where its files are. Default: a temporary folder. */
  readonly folder?: string;
}

/** Starts a server that waits for the disk; it is gone when the test is over. */
export async function ownServer({ folder = tempFolder() }: OwnServerOptions = {}): Promise<OwnServer> {
  const who = account();
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (who.uid !== undefined && who.gid !== undefined) {
    chmodSync(folder, 0o711);
    chownSync(data, who.uid, who.gid);
  }
  const native = runnable(programsFolder(), folder, who);
  const options = { ...who, cwd: data, env: { LC_ALL: 'C', PATH: process.env.PATH } };
  const made = [
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
    '--wal-segsize=1',
  ];
  execFileSync(join(native, 'bin', 'initdb'), made, { ...options, stdio: 'ignore' });
  const port = await freePort();
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    'unix_socket_directories=',
    'shared_buffers=32MB',
    'max_wal_size=32MB',
    'min_wal_size=2MB',
  ];

  const start = async () => {
    const flags = settings.flatMap((setting) => ['-c', setting]);
    const server = spawn(join(native, 'bin', 'postgres'), ['-D', data, ...flags], {
      ...options,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await new Promise<void>((resolve, reject) => {
      let log = '';
      server.stderr.setEncoding('utf8').on('data', (text: string) => {
        log += text;
        if (log.includes('ready to accept connections')) resolve();
      });
      server.on('exit', () => reject(new Error(log)));
    });
    return server;
  };
  let server = await start();
  const isOver = (): boolean => server.exitCode !== null || server.signalCode !== null;
  const end = async (): Promise<void> => {
    if (isOver()) return;
    const gone = once(server, 'exit');
    server.kill('SIGQUIT');
    await gone;
  };
  onTestFinished(end);
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    async restart() {
      await end();
      server = await start();
    },
    async revive() {
      if (isOver()) server = await start();
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('the probe has no port');
  return address.port;
}
