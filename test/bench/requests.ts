import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { systemClock } from '../../src/hosts/node/clock.ts';
import { openPostgres } from '../../src/hosts/node/database/postgres.ts';
import { administer } from '../setup/postgres/template.ts';
import { WorkerWorld } from '../worker/world.ts';
import { makeKeys } from './keys.ts';
import { withQueue } from './postgres.ts';
import { environmentOf, inFolder, type Measured, said, serve, start } from './processes.ts';
import type { BareRoute } from './requests/bare.ts';
import { openTap, type Statement, type Tap } from './requests/tap.ts';
import { type Bench, type Row, type Scale, sampleOf } from './row.ts';

const BARE = fileURLToPath(new URL('requests/bare.ts', import.meta.url));
const AT_ONCE = 16;
/** Each may call fifty times a second, and is looked up every five. */
const KEYS = 160;
const DEPLOYMENTS = 20;
const WARM = 20;
/** Times that the statements of a call are looked at. */
const TAKES = 5;

interface Route {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
}

const ROUTES: readonly Route[] = [
  { name: 'GET /deployments', method: 'GET', path: `/deployments?project=shop&limit=${DEPLOYMENTS}` },
  { name: 'POST …/runs', method: 'POST', path: '/pipelines/greet/runs', body: '{"input":{"name":"Ada"}}' },
];

const GREET = {
  name: 'greet',
  input: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
  stages: [{ id: 'say', component: 'json-transform', config: { template: 'hello {{ input.name }}' } }],
};

/** Calls a second of processor time, beside an app of Hono that only issues the same statements. */
export const bench: Bench = {
  name: 'requests',
  summary: 'calls of `fm serve` per second of its processor time, against a bare app with the same statements',

  run({ repeat }: Scale): Promise<Row[]> {
    return withQueue((url) =>
      inFolder(async (folder) => {
        const keys = await prepare(url, repeat === 1 ? 2 : DEPLOYMENTS);
        const tap = await openTap(url);
        const watched = await serve(tap.url, folder);
        let bareRoutes: Record<string, BareRoute>;
        try {
          const routes: [string, BareRoute][] = [];
          for (const route of ROUTES) routes.push([keyOf(route), await recorded(watched.url, tap, route, keys)]);
          bareRoutes = Object.fromEntries(routes);
        } finally {
          await watched.end();
          await tap.close();
        }
        const ours = await serve(url, folder);
        const bare = start([BARE, url, JSON.stringify(bareRoutes)], { env: environmentOf(folder) });
        try {
          const bareUrl = `http://127.0.0.1:${await said(bare, (line) => line)}`;
          const pair = { ours: { ...ours, base: '/api/v1' }, bare: { ...bare, url: bareUrl, base: '' } };
          const rows: Row[] = [];
          for (const route of ROUTES) rows.push(await compare(pair, route, keys, { url, repeat }));
          return rows;
        } finally {
          await ours.end();
          await bare.end();
        }
      }),
    );
  },
};

/** A project with some history, and keys. */
async function prepare(url: string, deployments: number): Promise<string[]> {
  const world = new WorkerWorld(await openPostgres(url), systemClock, { environment: 'staging' });
  try {
    for (let i = 0; i < deployments; i++) await world.deploy([{ ...GREET, description: `edit ${i}` }]);
    return await makeKeys(world.store, KEYS);
  } finally {
    await world.close();
    await world.store.close();
  }
}

function keyOf({ method, path }: Route): string {
  return `${method} ${path.split('?')[0]}`;
}

/** The statements of one call of a route whose key is known and whose statements are prepared. */
async function recorded(url: string, tap: Tap, route: Route, keys: readonly string[]): Promise<BareRoute> {
  const pool = new Pool(url, { connections: 1 });
  try {
    // The pools of the server are connected then, and all is prepared that is prepared.
    for (let i = 0; i < WARM; i++) await call(pool, '/api/v1', route, keys[0]);
    const calls: { readonly answer: string; readonly all: Statement[] }[] = [];
    for (let i = 0; i < TAKES; i++) {
      tap.take();
      const answer = await call(pool, '/api/v1', route, keys[0]);
      calls.push({ answer, all: tap.take() });
    }
    // What the server looks after at the same time is nobody's.
    const [{ answer, all } = { answer: '{}', all: [] }] = calls.sort((a, b) => a.all.length - b.all.length);
    const begin = all.findIndex(({ text }) => /^begin\b/.test(text));
    const within = begin === -1 ? [] : all.slice(begin + 1).filter(({ text }) => text !== 'commit');
    const { run_id: fresh = null } = JSON.parse(answer) as { readonly run_id?: string };
    return { before: begin === -1 ? all : all.slice(0, begin), within, fresh };
  } finally {
    await pool.close();
  }
}

interface Side extends Measured {
  readonly url: string;
  readonly base: string;
}

interface Place {
  readonly url: string;
  readonly repeat: number;
}

async function compare(
  { ours, bare }: { readonly ours: Side; readonly bare: Side },
  route: Route,
  keys: readonly string[],
  { url, repeat }: Place,
): Promise<Row> {
  const ms = repeat === 1 ? 50 : 400;
  const [measured, floor]: [number[], number[]] = [[], []];
  // The first ones warm the compiler up.
  for (let i = repeat === 1 ? 0 : -2; i < repeat; i++) {
    await empty(url);
    const a = await rate(ours, route, keys, ms);
    await empty(url);
    const b = await rate(bare, route, keys, ms);
    if (i < 0) continue;
    measured.push(a);
    floor.push(b);
  }
  return {
    bench: 'requests',
    name: `${route.name}, per second of processor time`,
    unit: 'calls/s',
    measured: sampleOf(measured),
    floor: { name: 'a bare Hono app', sample: sampleOf(floor) },
    // Of each pair, which had the same neighbours on the machine.
    ratio: sampleOf(measured.map((calls, i) => calls / (floor[i] ?? 0))).median,
    budget: { of: 'ratio', least: 0.8 },
  };
}

/** What calls leave behind, so that those of the other side find the same. */
async function empty(url: string): Promise<void> {
  await administer(url, `truncate runs cascade; delete from pgboss.job where name = 'runs'`);
}

/** Calls for a second of the server's processor time. */
async function rate(side: Side, route: Route, keys: readonly string[], ms: number): Promise<number> {
  const pool = new Pool(side.url, { connections: AT_ONCE });
  let calls = 0;
  const before = await side.usage();
  const end = performance.now() + ms;
  const work = async (): Promise<void> => {
    while (performance.now() < end) await call(pool, side.base, route, keys[++calls % keys.length]);
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const { cpu } = await side.usage();
    return calls / (cpu - before.cpu);
  } finally {
    await pool.close();
  }
}

async function call(pool: Pool, base: string, { method, path, body }: Route, key = ''): Promise<string> {
  const headers = { 'x-api-key': key, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const answer = await pool.request({
    method,
    path: `${base}${path}`,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`${method} ${path} answered ${answer.statusCode}: ${text}`);
  return text;
}
