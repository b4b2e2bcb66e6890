import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import postgres from 'postgres';
import { expect, it, onTestFinished } from 'vitest';
import { tempFolder } from '../setup/fm.ts';
import { queueDatabase } from '../setup/postgres-queue.ts';
import { startWorker } from '../worker/queue/worker-process.ts';
import { launchServer, type ServerProcess, startServer } from './server-process.ts';
import { Checkout } from './shop-servers.ts';

const SECRET = 'never-to-be-shown';
const WAIT = { timeout: 30_000, interval: 100 };

const said = (...texts: string[]) => expect.stringMatching(new RegExp(texts.join('[^]*')));

/** A pipeline with a schedule and a signed webhook, and one that fails. */
function shop(): Checkout {
  const checkout = new Checkout();
  const stages = [{ id: 'say', component: 'logger', config: { message: 'paid {{ input.order }}' } }];
  checkout.write('pipelines/pay.pipeline.json', {
    name: 'pay',
    version: '1.0.0',
    stages,
    result: '{{ input.order }}',
    triggers: [
      {
        type: 'schedule',
        id: 'yearly',
        cron: '0 6 1 1 *',
        timezone: 'Europe/Berlin',
        input: { order: '{{ trigger.scheduled_at }}' },
      },
      {
        type: 'webhook',
        id: 'paid',
        path: 'orders',
        signature: { scheme: 'hmac', header: 'X-Signature', secret: '{{ secrets.HOOK }}', tolerance: '5m' },
      },
    ],
  });
  const fails = [{ id: 'check', component: 'schema-validate', config: { data: 1, schema: { type: 'string' } } }];
  checkout.write('pipelines/broken.pipeline.json', { name: 'broken', version: '1.0.0', stages: fails });
  return checkout;
}

async function status({ call }: ServerProcess, run: string): Promise<string> {
  const answer = await call('GET', `/api/v1/runs/${run}`);
  return ((await answer.json()) as { status: string }).status;
}

it('runs what schedules and webhooks start, and lets them be looked after', async () => {
  const server = await startServer(tempFolder(), {
    FM_ENVIRONMENT: 'staging',
    FM_SECRET_HOOK: SECRET,
    FM_ALLOW_PRIVATE_NETWORK: '127.0.0.1',
  });
  const fm = shop().with({ FM_STAGING_URL: server.url, FM_STAGING_KEY: server.key });
  const deployed = await fm('deploy staging');
  expect(deployed).toMatchObject({
    code: 0,
    stdout: said('WEBHOOKS', `pay:paid +${server.url}/hooks/[0-9a-f]{32}/orders`),
  });
  const url = /http\S+\/hooks\/\S+/.exec(deployed.stdout)?.[0] ?? '';

  const body = '{"order": 7}';
  const signature = createHmac('sha256', SECRET).update(body).digest('hex');
  const send = (digest: string) =>
    fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', 'x-signature': digest } });
  expect((await send(signature.replace(/^./, 'x'))).status).toBe(401);
  const taken = await send(signature);
  expect(taken.status).toBe(202);
  const { run_id } = (await taken.json()) as { run_id: string };
  expect([(await send(signature)).status, (await (await send(signature)).json()) as object]).toEqual([200, { run_id }]);
  await expect.poll(() => status(server, run_id), WAIT).toBe('succeeded');

  const listed = await fm('triggers list --env staging');
  expect(listed.stdout).toMatch(/^pay:paid +webhook +active +POST, signed \(hmac\) +\S+ run /m);
  expect(listed.stdout).toMatch(
    /^pay:yearly +schedule +active +0 6 1 1 \*, next \d{4}-01-01 06:00\+01:00 \(Europe\/Berlin\) +never$/m,
  );
  expect(listed.stdout).toContain(url);
  const { triggers } = (await fm('triggers list --env staging --json')).json() as { triggers: object[] };
  expect(triggers).toMatchObject([
    { pipeline: 'pay', id: 'paid', url, last: { run_id, error: null } },
    { pipeline: 'pay', id: 'yearly', url: null, next: [said('-01-01T05:00:00.000Z'), said(''), said('')], last: null },
  ]);

  expect((await fm('triggers pause paid --env staging --dry-run')).stdout).toBe('trigger pay:paid would be paused\n');
  expect((await fm('triggers pause paid --env staging')).stdout).toBe('trigger pay:paid is paused\n');
  expect((await fm('triggers pause paid --env staging')).stdout).toBe('trigger pay:paid is paused already\n');
  expect((await send(signature)).status).toBe(503);
  expect((await fm('triggers resume pay:paid --env staging')).stdout).toBe('trigger pay:paid is active\n');
  expect(await fm('triggers pause payd --env staging')).toMatchObject({
    code: 4,
    stderr: said('NOT_FOUND', 'fm triggers pause paid --env staging'),
  });

  expect(await fm('triggers fire paid --body {"order":5} --env staging --dry-run')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^would start pay 1\.0\.0 \(release [0-9a-f]+\); its input fits\n$/),
  });
  for (const line of ['paid --body 5', 'paid', 'paid --body 5 --dry-run']) {
    expect(await fm(`triggers fire ${line} --env staging`)).toMatchObject({
      code: 1,
      stderr: said('VALIDATION', "Try: fm triggers fire pay:paid --body '{…}' --env staging"),
    });
  }
  expect(await fm('triggers fire yearly --body {"order":5} --env staging')).toMatchObject({
    code: 2,
    stderr: said('USAGE  pay:yearly is a schedule', 'Try: fm triggers fire pay:yearly --env staging'),
  });
  expect(await fm('triggers backfill paid --from 2026-01-01 --env staging')).toMatchObject({
    code: 2,
    stderr: said('pay:paid is a webhook', 'Try: fm triggers fire pay:paid --env staging'),
  });
  const fired = await fm('triggers fire paid --body {"order":9} --env staging --json');
  expect([fired.code, fired.json()]).toMatchObject([0, { pipeline: 'pay', status: 'succeeded', result: 9 }]);
  const span = '--from 2024-01-01 --to 2026-02-01 --env staging';
  const dry = await fm(`triggers backfill yearly ${span} --dry-run`);
  expect(dry).toMatchObject({
    code: 0,
    stdout: said('2024-01-01T05:00:00.000Z  would start', '2026-01-01T05:00:00.000Z  would start'),
  });
  expect(await fm(`triggers backfill yearly ${span}`)).toMatchObject({
    code: 0,
    stdout: said('2026-01-01T05:00:00.000Z  started'),
  });
  expect(await fm(`triggers backfill yearly ${span}`)).toMatchObject({
    code: 0,
    stdout: said('2026-01-01T05:00:00.000Z  had its run'),
  });
  expect(await fm(`triggers backfill yearly --from soon --env staging`)).toMatchObject({
    code: 2,
    stderr: said('USAGE', '--from'),
  });

  const told = Promise.withResolvers<{ signature: string; body: string }>();
  const listener = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (data) => {
      text += data;
    });
    request.on('end', () => {
      response.writeHead(204).end();
      told.resolve({ signature: String(request.headers['x-flowmason-signature']), body: text });
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void listener.close());
  const alarm = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/`;
  for (const inside of ['http://[::1]:9/', 'http://169.254.169.254/latest/meta-data/'])
    expect(await fm(`env set staging --failure-webhook ${inside}`)).toMatchObject({
      code: 2,
      stderr: said('failure_webhook.url: Expected a host of the internet', 'FM_ALLOW_PRIVATE_NETWORK'),
    });
  const set = await fm(`env set staging --failure-webhook ${alarm} --failure-secret HOOK`);
  expect(set).toMatchObject({ code: 0, stdout: said(`are told to ${alarm}, signed with secrets.HOOK`) });
  expect((await fm('run broken --env staging')).code).toBe(1);
  const { signature: proof, body: message } = await told.promise;
  expect(JSON.parse(message)).toMatchObject({
    type: 'run.failed',
    environment: 'staging',
    run: { pipeline: 'broken' },
  });
  const [, time, digest] = /^t=(\d+),v1=(\w+)$/.exec(proof) ?? [];
  expect(digest).toBe(createHmac('sha256', SECRET).update(`${time}.${message}`).digest('hex'));

  const output = server.output();
  expect(output).toContain('/hooks/:hook/:path');
  for (const hidden of [SECRET, signature, new URL(url).pathname.split('/')[2] ?? ''])
    expect(output).not.toContain(hidden);
}, 120_000);

it('fires a time once with two servers and a worker, and pauses for all of them', async () => {
  const database = await queueDatabase();
  const variables = { FM_ENVIRONMENT: 'staging', FM_DATABASE_URL: database };
  const start = () =>
    launchServer(tempFolder(), variables, (child) => onTestFinished(() => void child.kill('SIGKILL')), []);
  const [server, other] = await Promise.all([start(), start()]);
  const worker = await startWorker(database);
  const checkout = new Checkout();
  const stages = [{ id: 'say', component: 'logger', config: { message: '{{ input.at }}' } }];
  const minutely = { type: 'schedule', id: 'minutely', cron: '* * * * *', missed: 'all' };
  const triggers = [{ ...minutely, input: { at: '{{ trigger.scheduled_at }}' } }];
  checkout.write('pipelines/tick.pipeline.json', { name: 'tick', version: '1.0.0', stages, triggers });
  const fm = checkout.with({ FM_STAGING_URL: server.url, FM_STAGING_KEY: server.key });
  expect((await fm('deploy staging')).code).toBe(0);
  const sql = postgres(database, { max: 1, onnotice: () => {} });
  onTestFinished(() => sql.end());
  const runs = async () =>
    sql<{ input: string; status: string }[]>`select input, status from runs where trigger = 'schedule:minutely'`;
  // As if nobody had looked since the minute began.
  await sql`update triggers set next_at = (floor(extract(epoch from clock_timestamp()) / 60) * 60000)::bigint where id = 'minutely'`;
  await expect.poll(async () => (await runs())[0]?.status, WAIT).toBe('succeeded');
  expect((await fm('triggers pause minutely --env staging')).code).toBe(0);
  await sql`update triggers set next_at = 1 where id = 'minutely'`;
  expect(await server.end()).toBe(0);
  expect(await other.end()).toBe(0);
  worker.kill('SIGTERM');
  expect(await worker.ended).toBe(0);
  // Should another minute have begun meanwhile, it has a run of its own.
  const inputs = (await runs()).map(({ input }) => input);
  expect(inputs.length).toBeLessThanOrEqual(2);
  expect(new Set(inputs).size).toBe(inputs.length);
}, 120_000);
