import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { Miniflare } from 'miniflare';
import { describe, expect, it, onTestFinished } from 'vitest';
import { edgeBundle, WORKER_BUILTINS } from '../../.build/edge.ts';
import { ROOT } from '../../.build/places.ts';
import { createClient } from '../../src/client/client.ts';
import { bootstrapKey } from '../server/server-process.ts';
import { queueDatabase } from '../setup/postgres-queue.ts';
import { edgeContract, type StartEdge } from './contract.ts';
import { toAddress } from './to-address.ts';

const bundle = edgeBundle();

/** Real workerd with what would be deployed. */
const workerd =
  (isHyperdrive: boolean): StartEdge =>
  async ({ FM_DATABASE_URL: database = '', ...bindings }) => {
    const { text: script } = await bundle;
    let log = '';
    const runtime = new Miniflare({
      modules: true,
      script,
      compatibilityDate: '2026-07-01',
      compatibilityFlags: ['nodejs_compat'],
      cf: false,
      host: '127.0.0.1',
      port: 0,
      handleRuntimeStdio(...streams: Readable[]) {
        for (const stream of streams)
          stream.setEncoding('utf8').on('data', (text) => {
            log += text;
          });
      },
      ...(isHyperdrive
        ? { bindings, hyperdrives: { HYPERDRIVE: database } }
        : { bindings: { ...bindings, FM_DATABASE_URL: database } }),
    });
    const address = await runtime.ready;
    return { transport: toAddress(address), log: () => log, close: () => runtime.dispose() };
  };

describe('the control plane on workerd', () => edgeContract(workerd(false), { streams: true }));

it('reaches its database through Hyperdrive', async () => {
  const key = bootstrapKey('staging');
  // workerd wants a password, and this server none.
  const url = Object.assign(new URL(await queueDatabase()), { password: 'any' });
  const settings = { FM_ENVIRONMENT: 'staging', FM_DATABASE_URL: url.href, FM_BOOTSTRAP_KEY: key };
  const { transport, close } = await workerd(true)(settings);
  onTestFinished(close);
  const client = createClient({ transport, url: 'http://edge.test', key });
  await client.call('PUT /vars/:name', { name: 'a', value: 1 });
  expect((await client.call('GET /vars', {})).vars).toMatchObject([{ name: 'a', value: 1 }]);
});

describe('the bundle for workerd', () => {
  it('asks the runtime for what is allowed by name, and has nothing of Node’s host', async () => {
    const { imports, inputs } = await bundle;
    expect(new Set(imports)).toEqual(new Set(WORKER_BUILTINS));
    const paths = Object.keys(inputs);
    expect(paths).toContain('src/hosts/edge/app.ts');
    expect(paths).toContain('node_modules/postgres/cf/src/index.js');
    const foreign =
      /^src\/(hosts\/node|cli|worker|testing|console)\/|node_modules\/(@libsql|undici|pino|@oclif|pg|pg-boss|@hono\/node-server|postgres\/src|drizzle-orm\/(libsql|node-postgres|better-sqlite3|bun-\w+))\//;
    expect(paths.filter((path) => foreign.test(path))).toEqual([]);
    const asks = paths
      .filter((path) => path.startsWith('src/'))
      .filter((path) => /from '(node|cloudflare):/.test(readFileSync(join(ROOT, path), 'utf8')));
    expect(asks).toEqual([]);
  });

  it('fits what Cloudflare takes', async ({ annotate }) => {
    const { text } = await bundle;
    const [bytes, packed] = [Buffer.byteLength(text), gzipSync(text).length];
    await annotate(`the bundle for workerd: ${bytes} bytes, ${packed} with gzip`);
    // Of the plan without a price: 3 MB with gzip.
    expect(packed).toBeLessThan(1_000_000);
  });
});
