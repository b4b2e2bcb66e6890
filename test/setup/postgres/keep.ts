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

/** Ends with what is wrong and what to do about it. */
function refuse(message: string, hint: string): never {
  process.stderr.write(`${message}\nTry: ${hint}\n`);
  process.exit(1);
}

function flags() {
  const port = { type: 'string', default: process.env.PGPORT || '5433' } as const;
  const folder = { type: 'string', default: '.postgres' } as const;
  try {
    return parseArgs({ options: { port, folder } }).values;
  } catch (error) {
    return refuse((error as Error).message, 'npm run postgres -- --port 5433 --folder .postgres');
  }
}

async function requirePort(port: number): Promise<void> {
  const problem = await problemOf(port);
  const other = port < 65_535 ? port + 1 : 5433;
  if (problem) refuse(`Port ${port} cannot be had: ${problem}`, `npm run postgres -- --port ${other}`);
}

/** Why nobody can listen there; undefined when one can. */
async function problemOf(port: number): Promise<string | undefined> {
  const probe = createServer().listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch (error) {
    return (error as Error).message;
  }
  probe.close();
  await once(probe, 'close');
  return undefined;
}

/** Two servers on the same data would be their end, so PostgreSQL leaves a file with who has them. */
async function requireUnused(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  const [pid, , , port] = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  // After a crash the number may be that of another process, which does not listen there.
  if (pid === undefined || !(await problemOf(Number(port)))) return;
  refuse(`A PostgreSQL runs on ${data} already: process ${pid}, port ${port}`, `use that one, or end it: kill ${pid}`);
}

const values = flags();
const port = Number(values.port);
if (!/^\d+$/.test(values.port) || port < 1 || port > 65_535) {
  refuse(`A port is a number from 1 to 65535, found "${values.port}"`, 'npm run postgres -- --port 5433');
}
mkdirSync(values.folder, { recursive: true });
const folder = realpathSync(values.folder);
await requireUnused(join(folder, 'data'));
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
process.stdout.write(
  `PostgreSQL ${version?.server_version} keeps its data in ${values.folder}; Ctrl-C ends it\n${rows.join('')}`,
);
await ended;
