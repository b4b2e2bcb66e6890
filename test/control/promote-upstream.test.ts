import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import type { ReleaseView } from '../../src/core/api/deployment.ts';
import { openDatabase } from '../../src/hosts/node/database/open.ts';
import { openUpstream } from '../../src/hosts/node/server/upstream.ts';
import { code, worldOf } from '../store/world.ts';
import { planeIn, WAYS } from './plane.ts';
import { deploy, logs, releaseOf } from './shop.ts';

const LOG = { environment: 'production', project: 'shop' };
const KEY = 'a-key-of-staging';
const active = releaseOf([logs('pay'), logs('ship')]);
const other = releaseOf([logs('pay', 'another')], { version: '1.1.0' });
const foreign = releaseOf([logs('bill')], { project: 'billing' });
/** Milliseconds that an answer may take which never comes; any other has long enough. */
const SOON = 400;
const LONG = 25_000;

/** What a server answers in place of the truth; undefined for the truth, null when it is seen to already. */
type Lie = (
  asked: { readonly path: string; readonly truth: string },
  response: ServerResponse,
) => string | undefined | null;

async function store() {
  const world = await worldOf(await openDatabase('sqlite::memory:', '/'));
  onTestFinished(() => world.store.close());
  return world;
}

async function serving(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Production, whose upstream is a staging that lies. */
async function production(lie: Lie, within: number = LONG) {
  const [, connect] = WAYS[0]!;
  const staging = await connect(planeIn(await store()), { actor: 'ci' });
  for (const release of [active, other, foreign, active]) await deploy(staging, release, { again: true });
  const url = await serving(async (request, response) => {
    const { url: path = '', method = '' } = request;
    let body = '';
    for await (const part of request) body += part;
    const truth = await staging
      .open(method, path.replace('/api/v1', ''), body === '' ? {} : { body })
      .then((answer) => answer.text());
    const said = lie({ path, truth }, response);
    if (said !== null) response.end(said ?? truth);
  });
  const upstream = openUpstream({ environment: 'staging', url, key: KEY }, 'production', within);
  onTestFinished(() => upstream.close());
  const world = await store();
  const client = await connect(planeIn(world, { environment: 'production', control: { upstream } }), { actor: 'ci' });
  return { client, world };
}

/** Changes the document that answers a path. */
const forged =
  (where: string, change: (document: never) => unknown): Lie =>
  ({ path, truth }) =>
    path.includes(where) ? JSON.stringify(change(JSON.parse(truth) as never)) : undefined;

const status =
  (number: number, headers: Record<string, string> = {}, text = '<html>Sign in</html>'): Lie =>
  (_, response) => {
    response.writeHead(number, headers);
    return text;
  };

const LIES: readonly (readonly [string, Lie, string, RegExp])[] = [
  [
    'names a digest that is none',
    forged('/active', () => ({ releases: [{ project: 'shop', digest: '../../keys' }] })),
    'UPSTREAM_FAILED',
    /releases\.0\.digest/,
  ],
  [
    'gives another release than was asked for',
    forged('/releases/', (document: ReleaseView) =>
      document.digest === undefined ? document : { ...document, manifest: other.manifest },
    ),
    'RELEASE_MISMATCH',
    new RegExp(other.digest),
  ],
  [
    'gives a changed manifest',
    forged('/releases/', (document: ReleaseView) =>
      document.digest === undefined ? document : { ...document, manifest: { ...document.manifest, version: '9.0.0' } },
    ),
    'RELEASE_MISMATCH',
    /digest/,
  ],
  [
    'gives a manifest with an unknown field',
    forged('/releases/', (document: ReleaseView) =>
      document.digest === undefined ? document : { ...document, manifest: { ...document.manifest, hook: 'x' } },
    ),
    'RELEASE_INVALID',
    /manifest/,
  ],
  [
    'gives the release of another project',
    forged('/active', ({ releases: [first] }: { releases: object[] }) => ({
      releases: [{ ...first, digest: foreign.digest }],
    })),
    'RELEASE_MISMATCH',
    /billing/,
  ],
  [
    'changes the text of a pipeline',
    forged('/content', ({ pipelines }: { pipelines: { text: string }[] }) => ({
      pipelines: pipelines.map((one) => ({ ...one, text: one.text.replace('first', 'worst') })),
      left: [],
    })),
    'RELEASE_MISMATCH',
    /digest/,
  ],
  [
    'keeps a pipeline back',
    forged('/content', ({ pipelines }: { pipelines: object[] }) => ({ pipelines: pipelines.slice(1), left: [] })),
    'UPSTREAM_FAILED',
    /did not give 1 of 2 pipelines/,
  ],
  [
    'leaves all pipelines for later, again and again',
    forged('/content', ({ pipelines }: { pipelines: { digest: string }[] }) => ({
      pipelines: [],
      left: pipelines.map(({ digest }) => digest),
    })),
    'UPSTREAM_FAILED',
    /left them all/,
  ],
  ['answers lists where objects belong', forged('', () => []), 'UPSTREAM_FAILED', /did not answer what was asked/],
  ['answers a page', status(200, { 'content-type': 'text/html' }), 'UPSTREAM_FAILED', /<html>Sign in/],
  ['answers nothing', status(200, {}, ''), 'UPSTREAM_FAILED', /nothing/],
  ['does not find what it said was active', status(404), 'UPSTREAM_FAILED', /404/],
  ['does not take the key', status(401), 'UPSTREAM_FAILED', /401/],
  ['forbids it', status(403), 'UPSTREAM_FAILED', /403/],
  ['breaks down', status(500, {}, '{"code":"INTERNAL","detail":"a bug there"}'), 'UPSTREAM_FAILED', /a bug there/],
];

it.each(LIES)('an upstream that %s is refused, and nothing changes', async (_, lie, refused, message) => {
  const { client, world } = await production(lie);
  const failure = await client.call('POST /promotions', { promote: { project: 'shop' } }).catch((error) => error);
  expect(failure).toEqual(code(refused));
  expect(failure.message).toMatch(message);
  expect(failure.message).not.toContain(KEY);
  expect(await world.store.releases.active('production', 'shop')).toBeUndefined();
  expect(await world.store.deployments.list(LOG, { limit: 10 })).toEqual([]);
  expect(await world.store.releases.get(active.digest)).toBeUndefined();
});

/** Writes what never becomes a whole answer. */
const ENDLESS: readonly (readonly [string, (response: ServerResponse) => void, RegExp, number])[] = [
  ['never answers', () => {}, /has not answered whole in 0\.4 s/, SOON],
  ['sends headers and then nothing', (response) => response.flushHeaders(), /has not answered whole in 0\.4 s/, SOON],
  [
    'drips bytes',
    (response) => {
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    },
    /has not answered whole in 0\.4 s/,
    SOON,
  ],
  [
    'announces more than anybody reads',
    (response) => {
      response.writeHead(200, { 'content-length': String(2 ** 40) });
      response.write('{');
    },
    /more than 64 MB/,
    LONG,
  ],
  [
    'has no end',
    (response) => {
      const part = Buffer.alloc(8_388_608, ' ');
      const pour = (): void => void (!response.destroyed && response.write(part, () => pour()));
      pour();
    },
    /more than 64 MB/,
    LONG,
  ],
  ['hangs up', (response) => response.destroy(), /closed before an answer|reset/, LONG],
];

it.each(ENDLESS)('an upstream that %s is given up in time', async (_, answer, message, within) => {
  const { client, world } = await production((_, response) => {
    answer(response);
    return null;
  }, within);
  const failure = await client.call('POST /promotions', { promote: { project: 'shop' } }).catch((error) => error);
  expect(failure).toEqual(code('UPSTREAM_FAILED'));
  expect(failure.message).toMatch(message);
  expect(await world.store.deployments.list(LOG, { limit: 10 })).toEqual([]);
});

it('an upstream that sends elsewhere is not followed, and nobody else sees the key', async () => {
  const seen: string[] = [];
  const elsewhere = await serving(({ url = '' }, response) => {
    seen.push(url);
    response.end('{"releases":[]}');
  });
  for (const number of [301, 302, 303, 307, 308]) {
    const { client } = await production(status(number, { location: `${elsewhere}/api/v1/releases/active` }, ''));
    await expect(client.call('POST /promotions', { promote: { project: 'shop' } })).rejects.toEqual(
      code('UPSTREAM_FAILED', 'a redirect to'),
    );
  }
  expect(seen).toEqual([]);
});

it('what an upstream gives beside what was asked for is not stored', async () => {
  const more = other.pipelines.map(({ digest, name, text }) => ({ digest, name, text }));
  const { client, world } = await production(
    forged('/content', ({ pipelines }: { pipelines: object[] }) => ({ pipelines: [...pipelines, ...more], left: [] })),
  );
  await client.call('POST /promotions', { promote: { project: 'shop' }, force: true });
  expect(await world.store.releases.active('production', 'shop')).toMatchObject({ digest: active.digest });
  expect(await world.store.releases.missing([other.pipelines[0]!.digest])).toHaveLength(1);
});
