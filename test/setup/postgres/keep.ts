// `npm run postgres`: a PostgreSQL for whoever tries servers on this machine, with a database for each of two
// environments. Its data stay in a folder, and it ends with Ctrl-C.
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import postgres from 'postgres';
import { launch, preparePlace, requireOwn } from './launch.ts';
import { databaseUrl } from './template.ts';

const DATABASES = ['staging', 'production'];
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: process.env.PGPORT || '5433' },
    folder: { type: 'string', default: '.postgres' },
  },
});

/** Ends with what is wrong and what to do about it. */
function refuse(message: string, hint: string): never {
  process.stderr.write(`${message}\nTry: ${hint}\n`);
  process.exit(1);
}

async function requirePort(port: number): Promise<void> {
  const probe = createServer().listen(port, '127.0.0.1');
  const other = port < 65_535 ? port + 1 : 5433;
  try {
    await once(probe, 'listening');
  } catch (error) {
    refuse(`Port ${port} cannot be had: ${(error as Error).message}`, `npm run postgres -- --port ${other}`);
  }
  probe.close();
  await once(probe, 'close');
}

/** Two servers on the same data would be its end, so PostgreSQL leaves a file with who has them. */
function requireUnused(data: string): void {
  const file = join(data, 'postmaster.pid');
  const [pid, , , port] = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  if (pid === undefined || !isAlive(Number(pid))) return;
  refuse(`A PostgreSQL runs on ${data} already: process ${pid}, port ${port}`, `use that one, or end it: kill ${pid}`);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const port = Number(values.port);
if (!/^\d+$/.test(values.port) || port < 1 || port > 65_535) {
  refuse(`A port is a number from 1 to 65535, found "${values.port}"`, 'npm run postgres -- --port 5433');
}
mkdirSync(values.folder, { recursive: true });
const folder = realpathSync(values.folder);
requireUnused(join(folder, 'data'));
await requirePort(port);

const place = preparePlace(folder);
const { url, server, ready } = launch(place, port, ['shared_buffers=32MB', 'max_connections=200']);
const ended = once(server, 'exit');
// It may have got the signal from the terminal as well, and ends the same.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => server.kill('SIGINT'));
try {
  await ready;
} catch (error) {
  refuse(`PostgreSQL has ended:\n${(error as Error).message}`, `npm run postgres -- --folder ANOTHER`);
}
await requireOwn(url, place);
const sql = postgres(url, { max: 1 });
const [version] = await sql`show server_version`;
const there = await sql`select datname from pg_database`;
for (const name of DATABASES) {
  if (!there.some(({ datname }) => datname === name)) await sql`create database ${sql(name)}`;
}
await sql.end();
const rows = DATABASES.map((name) => `  ${name.padEnd(12)}${databaseUrl(url, name)}\n`);
process.stdout.write(`PostgreSQL ${version?.server_version} keeps its data in ${values.folder}; Ctrl-C ends it\n${rows.join('')}`);
await ended;
