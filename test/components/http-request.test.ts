import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { serve } from '../hosts/fetch-server.ts';
import { answering, ask, asked, echo, errorOf, outputOf } from './ask.ts';

describe('a request', () => {
  test('is a GET without a body', async () => {
    const { method, url, headers, body } = await asked(await echo());
    expect({ method, url, body }).toEqual({ method: 'GET', url: '/', body: '' });
    expect(headers).not.toHaveProperty('content-type');
    expect(headers).not.toHaveProperty('content-length');
  });

  test('adds its query to the one of the URL, which stays as it is written', async () => {
    const query = { none: null, list: ['a', null, 'b'], text: 'a b&c=ü+', number: 1.5, yes: true, empty: [] };
    const { url } = await asked(`${await echo()}/x?signed=%7e%20+#fragment`, { query });
    expect(url).toBe('/x?signed=%7e%20+&list=a&list=b&text=a%20b%26c%3D%C3%BC%2B&number=1.5&yes=true');
    expect((await asked(await echo(), { query: { none: null } })).url).toBe('/');
  });

  test('sends headers, without those that are null', async () => {
    const { headers } = await asked(await echo(), { headers: { 'X-Text': 'a', 'x-number': 7, 'x-none': null } });
    expect(headers).toMatchObject({ 'x-text': 'a', 'x-number': '7' });
    expect(headers).not.toHaveProperty('x-none');
  });

  test.each<[Json, string, string | undefined]>([
    [{ a: [1, null] }, '{"a":[1,null]}', 'application/json'],
    [0, '0', 'application/json'],
    [false, 'false', 'application/json'],
    ['plain ü', 'plain ü', 'text/plain;charset=utf-8'],
    ['', '', 'text/plain;charset=utf-8'],
    [null, '', undefined],
  ])('sends the body %j as %j', async (body, text, type) => {
    const sent = await asked(await echo(), { method: 'POST', body });
    expect(sent.body).toBe(text);
    expect(sent.headers['content-type']).toBe(type);
    expect(sent.headers['content-length']).toBe(String(Buffer.byteLength(text)));
  });

  test('leaves a content type that is written', async () => {
    const config = { method: 'PUT', body: { a: 1 }, headers: { 'Content-Type': 'application/vnd.api+json' } };
    const sent = await asked(await echo(), config);
    expect(sent).toMatchObject({ body: '{"a":1}', headers: { 'content-type': 'application/vnd.api+json' } });
  });

  test.each(['GET', 'HEAD'])('with %s has no body', async (method) => {
    expect(await errorOf(echo(), { method, body: '{{ input }}' })).toMatchObject({
      type: 'VALIDATION',
      code: 'invalid_config',
      message: expect.stringContaining('have no body'),
    });
    expect((await ask(await echo(), { method, body: null })).outcome.status).toBe('succeeded');
  });

  test.each<[JsonObject, string, string]>([
    [{ type: 'bearer', token: 't0' }, 'authorization', 'Bearer t0'],
    [
      { type: 'basic', username: 'ada', password: 'p:ü' },
      'authorization',
      `Basic ${Buffer.from('ada:p:ü').toString('base64')}`,
    ],
    [{ type: 'header', name: 'X-Api-Key', value: 'k' }, 'x-api-key', 'k'],
  ])('authenticates with %j', async (auth, name, value) => {
    const received: string[] = [];
    const url = await serve((incoming, response) => {
      received.push(String(incoming.headers[name]));
      response.end();
    });
    await ask(url, { auth });
    expect(received).toEqual([value]);
  });

  test('authenticates with the user of its URL, unless there is an `auth`', async () => {
    const received: (string | undefined)[] = [];
    const plain = await serve((incoming, response) => {
      received.push(incoming.headers.authorization);
      response.end();
    });
    const url = plain.replace('//', '//ada:p%40ss@');
    await ask(url);
    await ask(url, { auth: { type: 'bearer', token: 't0' } });
    await ask(url, { auth: { type: 'bearer', token: 't0' }, headers: { authorization: 'Own' } });
    expect(received).toEqual([`Basic ${Buffer.from('ada:p@ss').toString('base64')}`, 'Bearer t0', 'Own']);
  });

  test('refuses a user that cannot be sent', async () => {
    const auth = { type: 'basic', username: 'a:b', password: 'p' };
    expect(await errorOf(echo(), { auth })).toMatchObject({ type: 'VALIDATION', code: 'invalid_auth' });
  });

  test('carries the idempotency key of the stage, except for GET and HEAD and where one is written', async () => {
    const keys: unknown[] = [];
    const url = await serve((incoming, response) => {
      keys.push([incoming.method, incoming.headers['idempotency-key']]);
      response.end();
    });
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']) await ask(url, { method });
    await ask(url, { method: 'POST', headers: { 'Idempotency-Key': 'order-7' } });
    expect(keys).toEqual([
      ['GET', undefined],
      ['HEAD', undefined],
      ...['OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) => [method, 'r1/ask']),
      ['POST', 'order-7'],
    ]);
  });
});

describe('a response', () => {
  test('has status, headers, body and time', async () => {
    const output = await outputOf(answering(201, { 'X-Thing': 'a', 'content-type': 'text/plain' }, 'made'));
    expect(output).toMatchObject({ status: 201, headers: { 'x-thing': 'a' }, body: 'made' });
    expect(output.elapsed_ms).toSatisfy((ms: number) => Number.isInteger(ms) && ms >= 0);
  });

  const binary = Buffer.from([0xff, 0xd8, 0xff, 0x00]);
  test.each<[what: string, type: string | undefined, bytes: string | Buffer, body: Json]>([
    ['JSON', 'application/json', '{"a": [1, "ü", null]}', { a: [1, 'ü', null] }],
    ['JSON with a charset', 'Application/JSON; charset=UTF-8', '1', 1],
    ['JSON with a byte order mark', 'application/json', '\ufeff{"a": 1}', { a: 1 }],
    ['JSON in Latin-1', 'application/json; charset=iso-8859-1', Buffer.from('"\xfc"', 'latin1'), 'ü'],
    ['a kind of JSON', 'application/problem+json', '{"title": "x"}', { title: 'x' }],
    ['text', 'text/html', '<p>ü', '<p>ü'],
    ['text in another charset', 'text/plain; charset="windows-1252"', Buffer.from([0x80]), '€'],
    ['text in a charset that does not exist', 'text/plain; charset=klingon', 'ü', 'ü'],
    ['text in UTF-16', 'text/csv', Buffer.from('\ufeffa;ü', 'utf16le'), 'a;ü'],
    ['XML', 'application/xml', '<a/>', '<a/>'],
    ['a kind of XML', 'application/atom+xml', '<a/>', '<a/>'],
    ['lines of JSON', 'application/x-ndjson', '1\n2\n', '1\n2\n'],
    ['a form', 'application/x-www-form-urlencoded', 'a=1', 'a=1'],
    ['an image', 'image/jpeg', binary, { base64: '/9j/AA==', content_type: 'image/jpeg' }],
    ['bytes', 'application/octet-stream', 'text', { base64: 'dGV4dA==', content_type: 'application/octet-stream' }],
    ['text of no type', undefined, 'ü', 'ü'],
    ['bytes of no type', undefined, binary, { base64: '/9j/AA==', content_type: 'application/octet-stream' }],
    ['nothing', undefined, '', null],
    ['no JSON at all', 'application/json', '', null],
  ])('gives %s', async (_what, type, bytes, body) => {
    const output = await outputOf(answering(200, type === undefined ? {} : { 'content-type': type }, bytes));
    expect(output.body).toEqual(body);
  });

  test('to HEAD has no body', async () => {
    const answer = answering(200, { 'content-type': 'application/json', 'content-length': '2' });
    expect((await outputOf(answer, { method: 'HEAD' })).body).toBeNull();
  });

  test('keeps keys that programs take for something else', async () => {
    const text = '{"__proto__": {"admin": true}}';
    const { body } = await outputOf(answering(200, { 'content-type': 'application/json' }, text));
    expect(JSON.stringify(body)).toBe('{"__proto__":{"admin":true}}');
    expect(Object.getPrototypeOf(body)).toBe(Object.prototype);
  });

  test.each([
    ['{"a": 1,\n "b": x}', 'line 2, column 7'],
    ['<html>', 'line 1, column 1'],
    ['{"a": 1', 'line 1, column 7'],
    [' ', 'line 1'],
    ['{} {}', 'line 1, column 4'],
  ])('that claims to be JSON and is not says where: %j', async (text, place) => {
    const error = await errorOf(answering(200, { 'content-type': 'application/json' }, text));
    expect(error).toMatchObject({ type: 'COMPONENT', code: 'invalid_json', details: { body: text } });
    expect(error.message).toMatch(/^GET http:\/\/127\.0\.0\.1:\d+\/ answered application\/json that is not JSON/);
    expect(error.message).toContain(place);
  });

  test('that is nested without end is refused', async () => {
    const deep = '['.repeat(100_000);
    const json = { 'content-type': 'application/json' };
    expect(await errorOf(answering(200, json, deep + ']'.repeat(100_000)))).toMatchObject({ type: 'QUOTA' });
    expect(await errorOf(answering(200, json, deep))).toMatchObject({ type: 'COMPONENT', code: 'invalid_json' });
    expect(await errorOf(answering(404, json, deep))).toMatchObject({ type: 'COMPONENT', code: 'unexpected_status' });
  });

  test('may be as large as an output', async () => {
    const error = await errorOf(answering(200, { 'content-type': 'text/plain' }, 'x'.repeat(4_000_001)));
    expect(error).toMatchObject({ type: 'QUOTA', code: 'response_too_large' });
  });

  test('that redirects is followed unless that is not wanted', async () => {
    const end = await answering(200, {}, 'end');
    const config = { follow_redirects: false, expect_status: '3xx' };
    expect(await outputOf(answering(302, { location: end }))).toMatchObject({ status: 200, body: 'end' });
    expect(await outputOf(answering(302, { location: end }), config)).toMatchObject({ headers: { location: end } });
  });
});
