import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { HOOK_RATE } from '../../src/control/http/hooks.ts';
import { fail } from '../../src/core/errors.ts';
import { code } from '../store/world.ts';
import { databases } from './databases.ts';
import { hooked, SECRET } from './hooked.ts';
import { WAYS } from './plane.ts';
import { raw } from './server.ts';

const [[, connect]] = WAYS as [(typeof WAYS)[number]];

function hmac(body: string | Uint8Array, algorithm = 'sha256', encoding: 'hex' | 'base64' = 'hex', key = SECRET) {
  return createHmac(algorithm, key).update(body).digest(encoding);
}

const DATABASES = databases();
const BODY = '{"order": 7}';
const REFUSED = [401, 'HOOK_SIGNATURE'];
const secret = '{{ secrets.HOOK }}';

describe.each(DATABASES)('a webhook, over %s', (_, open) => {
  it('starts a run with its body, and answers its id', async () => {
    const { send, inputs, store, jobs } = await hooked(open, {});
    const [status, run] = await send(BODY);
    expect(status).toBe(202);
    expect(await inputs()).toEqual([{ order: 7 }]);
    expect(await store.runs.get(run ?? '')).toMatchObject({
      pipeline: 'pay',
      trigger: 'webhook:paid',
      actor: 'webhook',
      status: 'queued',
    });
    expect(jobs.all).toEqual([{ run, segment: 1, priority: 5 }]);
  });

  it('gives its template the body, the query, the variables, and headers without what proves who calls', async () => {
    const input = {
      order: '{{ trigger.body.order }}',
      shop: '{{ vars.shop }}',
      query: '{{ trigger.query }}',
      headers: '{{ trigger.headers }}',
    };
    const { send, inputs } = await hooked(open, { input });
    const headers = { authorization: 'Bearer x', cookie: 'a=b', 'x-api-key': 'k', 'X-Shop': 'Eu' };
    await send(BODY, headers, { query: '?a=1&b=2&b=3' } as RequestInit);
    const [given] = (await inputs()) as [{ headers: Record<string, string> }];
    expect(given).toMatchObject({ order: 7, shop: 'eu', query: { a: '1', b: ['2', '3'] } });
    expect(given.headers).toMatchObject({ 'x-shop': 'Eu', 'content-type': 'application/json' });
    expect(Object.keys(given.headers)).not.toEqual(expect.arrayContaining(['authorization']));
    expect(Object.keys(given.headers)).not.toEqual(expect.arrayContaining(['cookie']));
    expect(Object.keys(given.headers)).not.toEqual(expect.arrayContaining(['x-api-key']));
  });

  it('starts one run for a key, and answers it to whoever repeats the call', async () => {
    const dedupe = { key: "{{ trigger.headers['x-id'] }}", ttl: '1h' };
    const { send, inputs, clock, jobs } = await hooked(open, { dedupe });
    const all = await Promise.all([1, 2, 3, 4].map(() => send(BODY, { 'x-id': 'a' })));
    expect(all.map(([status]) => status).sort()).toEqual([200, 200, 200, 202]);
    expect(new Set(all.map(([, run]) => run)).size).toBe(1);
    expect((await send(BODY, { 'x-id': 'b' }))[0]).toBe(202);
    expect(await inputs()).toHaveLength(2);
    expect(jobs.all).toHaveLength(2);
    clock.advance(3_600_000);
    expect((await send(BODY, { 'x-id': 'a' }))[0]).toBe(202);
    expect((await send(BODY))[1]).toBe('EXPRESSION');
  });

  it('starts nothing while the queue is full, but answers whoever repeats a call', async () => {
    let isFull = false;
    const require = async () => (isFull ? fail('QUEUE_FULL', 'No', { details: { retry_after: 7 } }) : undefined);
    const dedupe = { key: '{{ string(trigger.body.order) }}' };
    const { send, inputs, admin } = await hooked(open, { dedupe }, {}, true, { require });
    const [, run] = await send(BODY);
    isFull = true;
    expect(await send(BODY)).toEqual([200, run]);
    expect(await send('{"order": 8}')).toEqual([429, 'QUEUE_FULL']);
    expect(await inputs()).toEqual([{ order: 7 }]);
    await expect(admin.call('POST /triggers/:id/fire', { id: 'paid', body: { order: 9 } })).rejects.toEqual(
      code('QUEUE_FULL', 'No'),
    );
  });

  it('starts nothing with an input that does not fit, and shows why in the list', async () => {
    const input = { type: 'object', required: ['order'], properties: { order: { type: 'number' } } };
    const { send, inputs, admin, clock } = await hooked(open, {}, { input });
    expect(await send('{"order": "seven"}')).toEqual([422, 'VALIDATION']);
    const last = async () => (await admin.call('GET /triggers', {})).triggers[0]?.last;
    expect(await last()).toMatchObject({ run_id: null, error: { code: 'VALIDATION' }, at: clock.now() });
    clock.advance(2_000);
    const [, run] = await send(BODY);
    expect(await last()).toMatchObject({ run_id: run, error: null });
    expect(await inputs()).toHaveLength(1);
  });

  it('that is paused starts nothing, and asks to come again', async () => {
    const { send, admin, inputs } = await hooked(open, {});
    await admin.call('POST /triggers/:id/pause', { id: 'paid' });
    expect(await send(BODY)).toEqual([503, 'TRIGGER_PAUSED']);
    await admin.call('POST /triggers/:id/resume', { id: 'pay:paid' });
    expect((await send(BODY))[0]).toBe(202);
    expect(await inputs()).toHaveLength(1);
  });
});

const [LIBSQL] = DATABASES as [(typeof DATABASES)[number]];
const open = LIBSQL[1];

describe('the body of a webhook', () => {
  const input = { given: '{{ trigger.body }}' };

  it.each([
    ['application/json', '[1, {"a": null}]', [1, { a: null }]],
    ['application/vnd.acme+json; charset=utf-8', '"x"', 'x'],
    [
      'application/x-www-form-urlencoded',
      'a=1&b=%C3%A4+c&b=2&__proto__=x',
      { a: '1', b: ['ä c', '2'], ['__proto__']: 'x' },
    ],
    ['text/plain', 'a {{ secrets.HOOK }}', 'a {{ secrets.HOOK }}'],
    ['application/json', '', null],
  ])('%s is what it is: %s', async (type, body, expected) => {
    const { send, inputs } = await hooked(open, { input });
    expect((await send(body, { 'content-type': type }))[0]).toBe(202);
    const [given] = await inputs();
    expect(JSON.stringify(given)).toBe(JSON.stringify({ given: expected }));
  });

  it('is refused when it cannot be read', async () => {
    const { send, inputs } = await hooked(open, { input });
    const cases: [string, string | Uint8Array, Record<string, string>, [number, string]][] = [
      ['what is no JSON', '{"order": ', {}, [400, 'BODY_INVALID']],
      ['a key that stands twice', '{"a": 1, "a": 2}', {}, [400, 'BODY_INVALID']],
      ['very deep JSON', '['.repeat(100_000), {}, [400, 'BODY_INVALID']],
      ['what is not UTF-8', Uint8Array.from([34, 0xc3, 0x28, 34]), {}, [400, 'BODY_INVALID']],
      ['a compressed body', BODY, { 'content-encoding': 'gzip' }, [415, 'CONTENT_TYPE']],
      [
        'a kind of body that nobody reads',
        BODY,
        { 'content-type': 'multipart/form-data; boundary=x' },
        [415, 'CONTENT_TYPE'],
      ],
      ['a huge body', 'x'.repeat(5_000_001), { 'content-type': 'text/plain' }, [413, 'BODY_TOO_LARGE']],
    ];
    for (const [what, body, headers, expected] of cases)
      expect([what, await send(body, headers)]).toEqual([what, expected]);
    expect(await inputs()).toEqual([]);
  });

  it('is not read to its end when it goes on and on', async () => {
    const { port, path } = await hooked(open, { input });
    const head = `POST ${path} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n`;
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const { text, sent } = await raw(port, head, { chunk, times: 2_000 });
    expect(text).toContain('413');
    expect(sent).toBeLessThan(60_000_000);
  });
});

describe('the signature of a webhook', () => {
  const github = { signature: { scheme: 'github', secret } };
  const stripe = { signature: { scheme: 'stripe', secret } };
  const own = (more: object = {}) => ({ signature: { scheme: 'hmac', header: 'X-Signature', secret, ...more } });
  const stripeHeader = (now: number, body = BODY, key = SECRET) => {
    const time = Math.floor(now / 1_000);
    return `t=${time},v1=${hmac(`${time}.${body}`, 'sha256', 'hex', key)},v0=${'0'.repeat(64)}`;
  };

  it.each([
    ['github', github, { 'x-hub-signature-256': `sha256=${hmac(BODY)}` }],
    ['hmac', own(), { 'x-signature': hmac(BODY) }],
    ['hmac in capitals', own(), { 'x-signature': hmac(BODY).toUpperCase() }],
    [
      'hmac with a prefix, in base64',
      own({ encoding: 'base64', prefix: 'v0=' }),
      { 'x-signature': `v0=${hmac(BODY, 'sha256', 'base64')}` },
    ],
    ['hmac with SHA-512', own({ algorithm: 'sha512' }), { 'x-signature': hmac(BODY, 'sha512') }],
    ['hmac with SHA-1', own({ algorithm: 'sha1' }), { 'x-signature': hmac(BODY, 'sha1') }],
  ])('of the scheme %s is right', async (_, hook, headers) => {
    const { send, inputs } = await hooked(open, hook);
    expect((await send(BODY, headers))[0]).toBe(202);
    expect(await inputs()).toEqual([{ order: 7 }]);
  });

  it('is wrong when anything about it is', async () => {
    const { send, inputs, admin } = await hooked(open, own());
    const cases: [string, Record<string, string>][] = [
      ['none', {}],
      ['an empty one', { 'x-signature': '' }],
      ['one of another secret', { 'x-signature': hmac(BODY, 'sha256', 'hex', 'other') }],
      ['one of another body', { 'x-signature': hmac(`${BODY} `) }],
      ['one that was cut off', { 'x-signature': hmac(BODY).slice(0, 62) }],
      ['one with an odd digit', { 'x-signature': `${hmac(BODY)}0` }],
      ['one with more behind it', { 'x-signature': `${hmac(BODY)}00` }],
      ['one in another encoding', { 'x-signature': hmac(BODY, 'sha256', 'base64') }],
      ['one of another algorithm', { 'x-signature': hmac(BODY, 'sha1') }],
      ['one of an empty secret', { 'x-signature': hmac(BODY, 'sha256', 'hex', '') }],
      ['one in another header', { 'x-hub-signature-256': `sha256=${hmac(BODY)}` }],
      ['one that stands twice', { 'x-signature': `${hmac(BODY)}, ${hmac(BODY)}` }],
      ['one of another scheme', { 'x-signature': `sha256=${hmac(BODY)}` }],
    ];
    for (const [what, headers] of cases) expect([what, await send(BODY, headers)]).toEqual([what, REFUSED]);
    expect(await inputs()).toEqual([]);
    // Nobody writes to the list without proof.
    expect((await admin.call('GET /triggers', {})).triggers[0]?.last).toBeNull();
  });

  it('is refused when its header is sent twice: nobody can tell which one is meant', async () => {
    const { port, path, send, inputs } = await hooked(open, own());
    const line = `x-signature: ${hmac(BODY)}\r\n`;
    const head = `POST ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n`;
    expect((await raw(port, `${head}${line}${line}\r\n${BODY}`)).text).toContain(' 401 ');
    expect((await send(BODY, { 'x-signature': hmac(BODY) }))[0]).toBe(202);
    expect(await inputs()).toHaveLength(1);
  });

  it('is over the bytes as they were sent', async () => {
    const { send } = await hooked(open, own());
    const odd = '{ "order" :7.0 , "text": "\\u00e4" }\r\n';
    expect((await send(odd, { 'x-signature': hmac(odd) }))[0]).toBe(202);
    expect(await send(odd, { 'x-signature': hmac(JSON.stringify(JSON.parse(odd))) })).toEqual(REFUSED);
    const broken = Uint8Array.from([0xff, 0xfe]);
    // Rightly signed, and still nothing that can be read.
    expect(await send(broken, { 'x-signature': hmac(broken), 'content-type': 'text/plain' })).toEqual([
      400,
      'BODY_INVALID',
    ]);
  });

  it('of Stripe has a time, which may not be long over or to come', async () => {
    const { send, clock, inputs } = await hooked(open, stripe);
    const header = stripeHeader(clock.now());
    const at = (now: number) => send(BODY, { 'stripe-signature': stripeHeader(now) });
    expect((await send(BODY, { 'stripe-signature': header }))[0]).toBe(202);
    expect((await at(clock.now() - 299_000))[0]).toBe(202);
    expect(await at(clock.now() - 301_000)).toEqual(REFUSED);
    expect(await at(clock.now() + 301_000)).toEqual(REFUSED);
    expect(await inputs()).toHaveLength(2);
    // Replayed within the time it starts nothing, later it is refused.
    expect((await send(BODY, { 'stripe-signature': header }))[0]).toBe(200);
    expect(await inputs()).toHaveLength(2);
    clock.advance(301_000);
    expect(await send(BODY, { 'stripe-signature': header })).toEqual(REFUSED);
  });

  it('of Stripe is wrong when anything about it is', async () => {
    const { send, clock } = await hooked(open, stripe);
    const cases: [string, (good: string) => string][] = [
      ['no time', (good: string) => good.replace(/t=\d+,/, '')],
      ['two times', (good: string) => `${good},${good}`],
      ['another time', (good: string) => good.replace(/t=(\d+)/, (_, time) => `t=${Number(time) + 1}`)],
      ['a time that is none', (good: string) => good.replace(/t=\d+/, 't=1e9')],
      ['only a version that nobody checks', (good: string) => good.replace('v1=', 'v2=')],
      ['a signature that is no hex', (good: string) => good.replace(/v1=[0-9a-f]{4}/, 'v1=zzzz')],
      ['nothing at all', () => ','],
    ];
    for (const [what, change] of cases) {
      const answer = await send(BODY, { 'stripe-signature': change(stripeHeader(clock.now())) });
      expect([what, answer]).toEqual([what, REFUSED]);
    }
  });

  it('of Stripe may be one of several, while the secret is changed', async () => {
    const { send, clock } = await hooked(open, stripe);
    const [time, good] = stripeHeader(clock.now()).split(',');
    const other = stripeHeader(clock.now(), BODY, 'old').split(',')[1];
    expect((await send(BODY, { 'stripe-signature': `${time},${other},${good}` }))[0]).toBe(202);
  });

  it('with a tolerance starts one run, however often it is sent', async () => {
    const { send, clock, inputs } = await hooked(open, own({ tolerance: '5m' }));
    const headers = { 'x-signature': hmac(BODY) };
    const [first, run] = await send(BODY, headers);
    const again = await send(BODY, { 'x-signature': hmac(BODY).toUpperCase() });
    expect([first, again]).toEqual([202, [200, run]]);
    clock.advance(301_000);
    expect((await send(BODY, headers))[0]).toBe(202);
    expect(await inputs()).toHaveLength(2);
  });

  it('cannot be checked where nobody can read secrets', async () => {
    const { control, send } = await hooked(open, own());
    Object.assign(control, { secretSource: undefined });
    expect(await send(BODY, { 'x-signature': hmac(BODY) })).toEqual([503, 'HOOK_UNAVAILABLE']);
  });

  it('cannot be checked without the secret, and then nothing is taken', async () => {
    const { send, inputs } = await hooked(open, own(), {}, false);
    expect(await send(BODY, { 'x-signature': hmac(BODY) })).toEqual([503, 'HOOK_UNAVAILABLE']);
    expect(await send(BODY, { 'x-signature': hmac(BODY, 'sha256', 'hex', 'x') })).toEqual([503, 'HOOK_UNAVAILABLE']);
    expect(await inputs()).toEqual([]);
  });
});

describe('the address of a webhook', () => {
  it('is nowhere else, and tells nothing', async () => {
    const { port, path } = await hooked(open, {});
    const answer = async (where: string, init: RequestInit = {}) => {
      const response = await fetch(`http://127.0.0.1:${port}${where}`, { method: 'POST', ...init });
      const { code, detail } = (await response.json()) as { code: string; detail: string };
      return [response.status, code, detail.replaceAll(where, 'X')];
    };
    const nothing = await answer('/nowhere/at-all');
    expect(nothing.slice(0, 2)).toEqual([404, 'NOT_FOUND']);
    for (const where of [
      '/hooks/unknown/orders',
      path.replace('orders', 'order'),
      path.replace('orders', 'ORDERS'),
      path.replace('orders', '%6Frders'),
      `${path}/`,
      `${path}/more`,
      '/hooks',
      '/hooks/',
      `/api/v1${path}`,
      `/hooks/${"'; drop table triggers; --".replaceAll(' ', '%20')}/orders`,
    ])
      expect([where, await answer(where)]).toEqual([where, nothing]);
    expect(await answer('/hooks/unknown/orders', { method: 'DELETE' })).toEqual(nothing);
  });

  it('takes its method alone, and says so to those who know it', async () => {
    const { port, path } = await hooked(open, { method: 'PUT' });
    const post = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'PUT']);
    const put = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'PUT',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    expect(put.status).toBe(202);
  });

  it('is called so often and no more; others are called all the same', async () => {
    const { send, port, clock } = await hooked(open, { signature: { scheme: 'github', secret } });
    for (let count = 0; count < HOOK_RATE.burst; count += 50)
      await Promise.all(Array.from({ length: 50 }, () => send(BODY)));
    expect(await send(BODY)).toEqual([429, 'RATE_LIMITED']);
    const unknown = await fetch(`http://127.0.0.1:${port}/hooks/a/b`);
    expect(unknown.status).toBe(404);
    clock.advance(1_000);
    expect(await send(BODY)).toEqual(REFUSED);
  });

  it('is shown to those who may deploy, and not in an org', async () => {
    const { control, path } = await hooked(open, {});
    const shown = async (scopes: ('deploy' | 'runs:read' | 'admin')[], kind: 'org' | 'server' = 'server') => {
      const client = await connect({ ...control, kind }, { scopes });
      return (await client.call('GET /triggers', {})).triggers.map(({ path, state }) => [path, state]);
    };
    expect(await shown(['deploy'])).toEqual([[path, 'active']]);
    expect(await shown(['runs:read'])).toEqual([[null, 'active']]);
    expect(await shown(['admin'], 'org')).toEqual([[null, 'inactive']]);
  });
});
