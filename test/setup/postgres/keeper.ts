// Runs a PostgreSQL of its own on a free port until stdin ends, and prints its URL. Whoever started this process may end
// in any way: the server and its folder go with it. With the argument `durable` it waits for the disk, as real ones do.
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, launch, preparePlace, requireOwn } from './launch.ts';

const CARELESS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];
const SIZES = ['shared_buffers=32MB', 'max_connections=200'];
const FAST = process.argv.includes('durable') ? SIZES : [...CARELESS, ...SIZES];

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'fm-test-postgres-')));
process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
const ending = once(process.stdin.resume(), 'end');
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => process.stdin.destroy());
process.stdin.on('close', () => process.stdin.emit('end'));

const place = preparePlace(folder);
const { url, server, ready } = launch(place, await freePort(), FAST);
const died = once(server, 'exit');
process.on('exit', () => server.kill('SIGKILL'));

const isReady = await Promise.race([
  ready.then(
    () => true,
    (error: Error) => {
      process.stderr.write(error.message);
      return false;
    },
  ),
  ending.then(() => false),
]);
if (isReady) {
  await requireOwn(url, place);
  process.stdout.write(`${url}\n`);
  await Promise.race([ending, died]);
}
const gone = server.exitCode === null && server.signalCode === null ? died : undefined;
// Nothing in it is worth a tidy end.
server.kill('SIGQUIT');
await gone;
process.exit(isReady ? 0 : 1);
