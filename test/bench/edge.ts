import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Miniflare } from 'miniflare';
import { edgeBundle } from '../../.build/edge.ts';
import { KEY_BYTES, makeAccessKey } from '../../src/core/access-key.ts';
import { randomBytes } from '../../src/hosts/node/random.ts';
import { withQueue } from './postgres.ts';
import { environmentOf, inFolder } from './processes.ts';
import { type Bench, type Row, type Sample, type Scale, sampleOf } from './row.ts';

const EMPTY = 'export default { fetch: () => new Response("ok") };';

/** How soon a control plane that was not running answers on Cloudflare's runtime, and how large it is. */
export const bench: Bench = {
  name: 'edge',
  summary: 'first answers of new workers on workerd beside one that does nothing, and what the worker weighs',

  async run({ repeat }: Scale): Promise<Row[]> {
    const { text } = await edgeBundle();
    const bytes = (name: string, value: number): Row => ({
      bench: 'edge',
      name,
      unit: 'bytes',
      measured: sampleOf([value]),
    });
    const times = Math.min(5, repeat);
    return [
      bytes('worker for Cloudflare', Buffer.byteLength(text)),
      bytes('the same with gzip', gzipSync(text).length),
      await loading(text, times),
      ...(await withQueue((url) => answering(text, url, times))),
    ];
  },
};

/** From the start of a new workerd to its first answer: of the API's health, and of a call that asks the database. */
async function answering(text: string, url: string, times: number): Promise<Row[]> {
  const { key } = makeAccessKey('staging', randomBytes(KEY_BYTES));
  const bindings = { FM_ENVIRONMENT: 'staging', FM_BOOTSTRAP_KEY: key, FM_DATABASE_URL: url };
  const [empty, health, call]: [number[], number[], number[]] = [[], [], []];
  for (let i = 0; i < times; i++) {
    empty.push(await firstAnswer(EMPTY, {}, '/'));
    health.push(await firstAnswer(text, bindings, '/health'));
    call.push(await firstAnswer(text, bindings, '/api/v1/deployments', key));
  }
  const floor = { name: 'a worker that does nothing', sample: sampleOf(empty) };
  const row = (name: string, values: readonly number[]): Row => ({
    bench: 'edge',
    name,
    unit: 'ms',
    measured: sampleOf(values),
    floor,
    ratio: sampleOf(values.map((ms, i) => ms / (empty[i] ?? 0))).median,
  });
  return [row('new workerd to GET /health', health), row('new workerd to GET /deployments', call)];
}

async function firstAnswer(
  script: string,
  bindings: Record<string, string>,
  path: string,
  key?: string,
): Promise<number> {
  const from = performance.now();
  const runtime = new Miniflare({
    // As a list it is passed on as it is; a script would be read for what it imports.
    modules: [{ type: 'ESModule', path: 'worker.mjs', contents: script }],
    bindings,
    handleRuntimeStdio() {},
    compatibilityDate: '2026-07-01',
    compatibilityFlags: ['nodejs_compat'],
    cf: false,
    host: '127.0.0.1',
    port: 0,
  });
  try {
    const address = await runtime.ready;
    const answer = await fetch(new URL(path, address), { headers: key === undefined ? {} : { 'x-api-key': key } });
    const said = await answer.text();
    if (!answer.ok) throw new Error(said);
    return performance.now() - from;
  } finally {
    await runtime.dispose();
  }
}

/** What reading and running the module takes in a fresh process, without any cache of compiled code. */
async function loading(text: string, times: number): Promise<Row> {
  const values = await inFolder(async (folder) => {
    const file = join(folder, 'edge.mjs');
    // Node has no sockets of Cloudflare; they are asked for when a connection is made.
    writeFileSync(
      file,
      text.replace(/import\s*\{[^}]*\}\s*from\s*"cloudflare:sockets";?/, 'const connect = undefined;'),
    );
    const code = `const from = performance.now(); await import(${JSON.stringify(file)}); console.log(performance.now() - from);`;
    const once = (): number =>
      Number(
        execFileSync(process.execPath, ['--input-type=module', '-e', code], {
          encoding: 'utf8',
          env: environmentOf(folder),
        }),
      );
    return Array.from({ length: times }, once);
  });
  const measured: Sample = sampleOf(values);
  return { bench: 'edge', name: 'import of the worker in Node', unit: 'ms', measured };
}
