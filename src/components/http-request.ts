import * as v from 'valibot';
import { dictionary } from '../core/dictionary.ts';
import { defineComponent } from '../executor/component.ts';
import { responseBody } from './http/body.ts';
import { buildRequest, isRead } from './http/request.ts';
import { shownUrl } from './http/shown-url.ts';
import { isExpected, statusError } from './http/status.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
/** Sending one twice does what sending it once does (RFC 9110, 9.2.2). */
const REPEATABLE: ReadonlySet<unknown> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']);

const SCALAR = v.nullable(v.union([v.string(), v.number(), v.boolean()]));

const STATUS = v.union([
  v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(599)),
  v.pipe(v.string(), v.regex(/^[1-5]([0-9]{2}|xx|XX)$/, 'must be a status such as 404, or a pattern such as "2xx"')),
]);

const AUTH = v.variant('type', [
  v.strictObject({
    type: v.pipe(v.literal('bearer'), v.description('A token.')),
    token: v.pipe(v.string(), v.description('Sent as `Authorization: Bearer …`.')),
  }),
  v.strictObject({
    type: v.pipe(v.literal('basic'), v.description('User and password.')),
    username: v.pipe(v.string(), v.description('The user; no colon.')),
    password: v.pipe(v.string(), v.description('The password.')),
  }),
  v.strictObject({
    type: v.pipe(v.literal('header'), v.description('A header of its own.')),
    name: v.pipe(v.string(), v.description('The header, e.g. `X-Api-Key`.')),
    value: v.pipe(v.string(), v.description('Its value.')),
  }),
]);

export const httpRequest = defineComponent({
  name: 'http-request',
  version: '1.0.0',
  summary: 'Sends an HTTP request and gives its response.',
  effects: true,
  maxAttempts: ({ method }) => (REPEATABLE.has(method) ? 3 : 1),
  config: v.pipe(
    v.strictObject({
      url: v.pipe(v.string(), v.description('Where to: http or https, with the host.')),
      method: v.optional(
        v.pipe(
          v.picklist(METHODS),
          v.description('What to do. GET, HEAD, PUT, DELETE and OPTIONS are tried 3 times unless `retry` is written.'),
        ),
        'GET',
      ),
      headers: v.optional(
        v.pipe(
          dictionary(SCALAR),
          v.description(
            'Headers; null values are left out. `Idempotency-Key` is set unless it is written, except for GET and HEAD.',
          ),
        ),
      ),
      query: v.optional(
        v.pipe(
          dictionary(v.union([SCALAR, v.array(SCALAR)])),
          v.description('Added to the query of the URL: null values are left out, lists repeat their name.'),
        ),
      ),
      body: v.optional(
        v.pipe(
          v.any(),
          v.description(
            'Text is sent as it is, anything else as JSON; null sends none. `content-type` follows unless `headers` has one.',
          ),
        ),
      ),
      auth: v.optional(
        v.pipe(
          AUTH,
          v.description(
            '`{"type": "bearer", token}`, `{"type": "basic", username, password}` or `{"type": "header", name, value}`.',
          ),
        ),
      ),
      expect_status: v.optional(
        v.pipe(
          v.union([STATUS, v.pipe(v.array(STATUS), v.minLength(1))]),
          v.description('Statuses that are a success: one or a list of codes and patterns such as "2xx".'),
        ),
        '2xx',
      ),
      follow_redirects: v.optional(
        v.pipe(v.boolean(), v.description('Follow redirects, 10 at most. Credentials stay with their origin.')),
        true,
      ),
    }),
    v.check(
      ({ method, body }) => !isRead(method) || body === undefined || body === null,
      'GET and HEAD have no body: write `query`, or another `method`',
    ),
  ),
  output: v.strictObject({
    status: v.pipe(v.number(), v.description('The status code.')),
    headers: v.pipe(dictionary(v.string()), v.description('By lower-case name; several values are joined.')),
    body: v.pipe(
      v.any(),
      v.description('Parsed when it is JSON, else text; `{base64, content_type}` when binary; null when empty.'),
    ),
    elapsed_ms: v.pipe(v.number(), v.description('Milliseconds from sending to the end of the body.')),
  }),
  fields: {
    url: { kind: 'template', secret: true },
    headers: { kind: 'template', secret: true },
    query: { kind: 'template', secret: true },
    body: { kind: 'template', secret: true },
    auth: { kind: 'template', secret: true },
  },
  example: {
    description: 'The open orders of an API, one page at a time.',
    input: { base_url: 'https://api.example.com', page: 1 },
    stages: [
      {
        id: 'orders',
        component: 'http-request',
        config: {
          url: '{{ input.base_url }}/orders',
          query: { state: 'open', page: '{{ input.page }}' },
          headers: { Accept: 'application/json' },
        },
      },
    ],
  },
  run: async (config, context) => {
    const { credentials, ...request } = buildRequest(config, context.idempotencyKey);
    // A server may echo what it was sent.
    if (credentials?.encoded !== undefined) context.hide(credentials.encoded);
    const response = await context.fetch({ ...request, follow_redirects: config.follow_redirects });
    const subject = `${request.method} ${shownUrl(request.url)}`;
    if (!isExpected(response.status, config.expect_status)) {
      throw statusError(response, config.expect_status, subject, context.clock.now());
    }
    const { status, headers, elapsed_ms } = response;
    return {
      status,
      headers: { ...headers },
      body: responseBody(response, subject),
      elapsed_ms: Math.round(elapsed_ms),
    };
  },
});
