import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import postgres from 'postgres';
import { newRunId } from '../../../src/hosts/node/runs/id.ts';
import type { Statement } from './tap.ts';

/** What the bare app is told: the statements of a route, those of its transaction apart. */
export interface BareRoute {
  readonly before: readonly Statement[];
  readonly within: readonly Statement[];
  /** A value that is another one in each call: the id of the run. */
  readonly fresh: string | null;
}

// An app that does nothing but to issue the statements of a route and to answer what they answer:
// `node bare.ts DATABASE_URL '{"GET /x": …}'`.
const [, , url = '', routes = '{}'] = process.argv;
const CONNECTIONS = 5;
const sql = postgres(url, { max: CONNECTIONS, onnotice() {} });
const lanes = postgres(url, { max: CONNECTIONS, onnotice() {} });
// Values are texts as they were sent.
for (const client of [sql, lanes])
  for (const type of Object.keys(client.options.serializers))
    client.options.serializers[Number(type)] = (x: unknown) => x;

type Runner = Pick<typeof sql, 'unsafe'>;

async function issue(runner: Runner, statements: readonly Statement[], fresh: string | null, id: string) {
  let most: readonly object[] = [];
  for (const { text, values } of statements) {
    const filled = fresh === null ? values : values.map((value) => (value === fresh ? id : value));
    const rows = await runner.unsafe(text, [...filled], { prepare: true });
    if (rows.length >= most.length) most = rows;
  }
  return most;
}

const app = new Hono();
for (const [route, { before, within, fresh }] of Object.entries<BareRoute>(JSON.parse(routes))) {
  const [method = '', path = ''] = route.split(' ');
  app.on(method, path, async (context) => {
    if (method !== 'GET') await context.req.json();
    const id = newRunId(Date.now());
    const rows = await issue(sql, before, fresh, id);
    if (within.length === 0) return context.json({ rows });
    await lanes.begin((tx) => issue(tx, within, fresh, id));
    return context.json({ run_id: id, status: 'queued' }, 202);
  });
}
const server = createServer(getRequestListener(app.fetch));
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
