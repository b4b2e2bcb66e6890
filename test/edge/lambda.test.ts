import type { LambdaContext, LambdaEvent } from 'hono/aws-lambda';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createClient } from '../../src/client/client.ts';
import { bootstrapKey } from '../server/server-process.ts';
import { queueDatabase } from '../setup/postgres-queue.ts';
import { type EdgeServer, edgeContract, type StartEdge } from './contract.ts';

/** What the Lambda runtime gives beside the event; nothing of it is used. */
const CONTEXT = {} as unknown as LambdaContext;

type ToEvent = (request: Request) => Promise<LambdaEvent>;

/** The function with these variables, called in the form that `toEvent` makes. */
const lambda =
  (toEvent: ToEvent): StartEdge =>
  async (variables): Promise<EdgeServer> => {
    let log = '';
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    vi.resetModules();
    vi.spyOn(console, 'log').mockImplementation((line) => {
      log += `${line}\n`;
    });
    const { handler } = await import('../../src/hosts/lambda.ts');
    vi.unstubAllEnvs();
    return {
      async transport(request) {
        const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = await handler(
          await toEvent(request),
          CONTEXT,
        );
        const given = Object.entries(headers ?? multiValueHeaders ?? {}).map(([name, value]): [string, string] => [
          name,
          String(value),
        ]);
        const content = isBase64Encoded ? Buffer.from(body, 'base64') : body;
        return new Response(statusCode === 204 ? null : content, {
          status: statusCode,
          headers: given,
        });
      },
      log: () => log,
      close: async () => {},
    };
  };

/** Payload format 2.0: an HTTP API or a function URL. */
const httpApi: ToEvent = async (request) => {
  const { pathname: rawPath, search } = new URL(request.url);
  const body = await request.text();
  const { method } = request;
  const http = { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' };
  const event = {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString: search.slice(1),
    headers: { ...Object.fromEntries(request.headers), host: 'edge.test' },
    body: body === '' ? null : body,
    isBase64Encoded: false,
    requestContext: { http, domainName: 'edge.test' },
  };
  // The context of a request has more, which nothing reads.
  return event as unknown as LambdaEvent;
};

/** Payload format 1.0: a REST API, with a body in Base64. */
const restApi: ToEvent = async (request) => {
  const { pathname: path, searchParams } = new URL(request.url);
  const body = Buffer.from(await request.arrayBuffer()).toString('base64');
  const event = {
    version: '1.0',
    httpMethod: request.method,
    path,
    resource: '/{proxy+}',
    headers: { ...Object.fromEntries(request.headers), host: 'edge.test' },
    multiValueHeaders: Object.fromEntries([...request.headers].map(([name, value]) => [name, [value]])),
    multiValueQueryStringParameters: Object.fromEntries([...searchParams].map(([name, value]) => [name, [value]])),
    body: body === '' ? null : body,
    isBase64Encoded: true,
    requestContext: { domainName: 'edge.test', identity: {} },
  };
  // The same holds here.
  return event as unknown as LambdaEvent;
};

describe('the control plane on AWS Lambda', () => edgeContract(lambda(httpApi), { streams: false }));

it('takes the events of a REST API', async () => {
  const key = bootstrapKey('staging');
  const settings = { FM_ENVIRONMENT: 'staging', FM_DATABASE_URL: await queueDatabase(), FM_BOOTSTRAP_KEY: key };
  const { transport } = await lambda(restApi)(settings);
  const client = createClient({ transport, url: 'http://edge.test', key });
  await client.call('PUT /vars/:name', { name: 'town', value: 'Zürich' });
  expect(await client.call('GET /vars/:name', { name: 'town' })).toMatchObject({ value: 'Zürich' });
  expect((await client.call('GET /audit', { limit: '1' })).entries).toHaveLength(1);
});

it('bounds calls without a key together, and nobody else’s by that', async () => {
  const key = bootstrapKey('staging');
  const settings = { FM_ENVIRONMENT: 'staging', FM_DATABASE_URL: await queueDatabase(), FM_BOOTSTRAP_KEY: key };
  const { transport } = await lambda(httpApi)(settings);
  const headers = { 'content-type': 'application/json' };
  const call = () =>
    transport(new Request('http://edge.test/api/v1/auth/oidc', { method: 'POST', headers, body: '{"token":"x"}' }));
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const statuses = new Set<number>();
  for (let times = 0; times < 300; times++) statuses.add((await call()).status);
  expect(statuses).toEqual(new Set([403]));
  const refused = await call();
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  expect(await refused.json()).toMatchObject({ code: 'RATE_LIMITED' });
  vi.useRealTimers();
  const client = createClient({ transport, url: 'http://edge.test', key });
  expect(await client.call('GET /environment', {})).toMatchObject({ name: 'staging' });
});
