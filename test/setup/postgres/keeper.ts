// Runs a PostgreSQL of its own on a free port until stdin ends, and prints its URL. Whoever started this process may end
// in any way: the server and its folder go with it. With the argument `durable` it waits for the disk, as real ones do.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { account, programsFolder, runnable } from './binaries.ts';

const CARELESS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];
const SIZES = ['shared_buffers=32MB', 'max_connections=200'];
const FAST = process.argv.includes('durable') ? SIZES : [...CARELESS, ...SIZES];

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'fm-test-postgres-')));
process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
const ending = once(process.stdin.resume(), 'end');
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => process.stdin.destroy());
process.stdin.on('close', () => process.stdin.emit('end'));

const who = account();
const data = join(folder, 'data');
mkdirSync(data, { mode: 0o700 });
if (who.uid !== undefined && who.gid !== undefined) {
  chmodSync(folder, 0o711);
  chownSync(data, who.uid, who.gid);
}
const native = runnable(programsFolder(), folder, who);
const options = { ...who, cwd: data, env: { LC_ALL: 'C', PATH: process.env.PATH } };
execFileSync(
  join(native, 'bin', 'initdb'),
  ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions'],
  { ...options, stdio: ['ignore', 'ignore', 'inherit'] },
);
const port = await freePort();
const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', ...FAST];
const server = spawn(join(native, 'bin', 'postgres'), ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
  ...options,
  stdio: ['ignore', 'ignore', 'pipe'],
});
let log = '';
const listening = new Promise<true>((resolve) => {
  server.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
    if (log.includes('ready to accept connections')) resolve(true);
  });
});
const died = once(server, 'exit').then(() => false as const);
process.on('exit', () => server.kill('SIGKILL'));

const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
const isReady = await Promise.race([listening, died, ending.then(() => false)]);
if (isReady) {
  await requireOwn();
  process.stdout.write(`${url}\n`);
  await Promise.race([ending, died]);
} else process.stderr.write(log);
const gone = server.exitCode === null && server.signalCode === null ? once(server, 'exit') : undefined;
// Nothing in it is worth a tidy end.
server.kill('SIGQUIT');
await gone;
process.exit(isReady ? 0 : 1);

/** Whoever answers on the port must be this server before anything is written to it. */
async function requireOwn(): Promise<void> {
  const sql = postgres(url, { max: 1 });
  const [row] = await sql`show data_directory`;
  await sql.end();
  if (row?.data_directory !== data) throw new Error(`another server answers on port ${port}: ${row?.data_directory}`);
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
