import { type ConversionConfig, toJsonSchema } from '@valibot/to-json-schema';
import { codeEntry } from '../../core/codes/index.ts';
import { FlowMasonError } from '../../core/errors.ts';
import { isObject, type JsonObject, type JsonSchema } from '../../core/json.ts';
import { PROBLEM_TYPE, problemDocument } from '../../core/problem-document.ts';
import type { AnyVerb } from '../verb.ts';
import { BASE } from './app.ts';
import { type RouteEntry, routeTable } from './route-table.ts';

const CONVERSION: ConversionConfig = { target: 'draft-2020-12', typeMode: 'input', errorMode: 'ignore' };

/** What every route may refuse. */
const ALWAYS = ['UNAUTHENTICATED', 'ENVIRONMENT_MISMATCH', 'REQUEST_INVALID', 'RATE_LIMITED', 'INTERNAL'];
const WITH_BODY = ['BODY_INVALID', 'BODY_TOO_LARGE', 'CONTENT_TYPE'];
const ONCE = ['IDEMPOTENCY_IN_FLIGHT', 'IDEMPOTENCY_MISMATCH'];

/** An OpenAPI 3.1 document of the routes, made of the schemas that check their inputs. `version` is FlowMason's. */
export function openApiDocument(routes: Readonly<Record<string, AnyVerb>>, version: string): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const entry of routeTable(routes)) {
    const path = `${BASE}${entry.path.replaceAll(/:(\w+)/g, '{$1}')}`;
    paths[path] = { ...paths[path], [entry.method.toLowerCase()]: operation(entry) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'FlowMason',
      version,
      description:
        'The control plane of an environment. Errors are problem documents (RFC 9457) whose code `fm explain CODE` documents. Times are epoch milliseconds. Lists answer `next`, the cursor of what follows. Webhooks of pipelines have addresses of their own, `/hooks/{hook}/{path}`, without keys; `GET /triggers` tells them.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A key: `Authorization: Bearer fm_…`' },
        header: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
      parameters: { IdempotencyKey: IDEMPOTENCY_KEY, Environment: ENVIRONMENT },
      schemas: { Problem: PROBLEM },
    },
  };
}

function operation({ route, method, path, verb }: RouteEntry): JsonObject {
  const { summary, scope, status = 200, kind, repeatable, open = false } = verb;
  const isRead = method === 'GET' || method === 'DELETE';
  const { parameters, body } = input(route, path, verb, isRead);
  const needs = scope === null ? [] : [scope];
  const isOnce = kind === 'change' && repeatable !== true;
  const codes = [
    ...ALWAYS.filter((code) => !(open && code === 'UNAUTHENTICATED')),
    ...(scope === null ? [] : ['FORBIDDEN']),
    ...(isRead ? [] : WITH_BODY),
    ...(isOnce ? ONCE : []),
    ...(verb.errors ?? []),
  ];
  return {
    operationId: operationId(method, path),
    summary,
    description: open
      ? 'Needs no key.'
      : scope === null
        ? 'Any key may do this.'
        : `Needs a key with the scope \`${scope}\`.`,
    tags: [path.split('/')[1] ?? ''],
    security: open ? [] : [{ bearer: needs }, { header: needs }],
    parameters: [
      ...parameters,
      { $ref: '#/components/parameters/Environment' },
      ...(isOnce ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
    ],
    ...(body === undefined ? undefined : { requestBody: { required: true, content: content(body, verb.example) } }),
    responses: {
      [status]: {
        description: 'Done',
        headers: { 'X-Request-Id': { schema: { type: 'string' } } },
        content: kind === 'stream' ? EVENTS : content({ type: 'object' }, undefined),
      },
      ...refusals(codes),
    },
  };
}

/** `GET /keys/:id` → `getKeysById` */
function operationId(method: string, path: string): string {
  const words = path.split(/[/-]/).filter((word) => word !== '');
  const named = words.map((word) => {
    const name = word.replace(':', '');
    return `${word.startsWith(':') ? 'By' : ''}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  });
  return `${method.toLowerCase()}${named.join('')}`;
}

/** The one object that a verb takes, as the parts of a request that it comes in. */
function input(
  route: string,
  path: string,
  verb: AnyVerb,
  isRead: boolean,
): { parameters: JsonObject[]; body?: JsonObject } {
  // JSON Schemas are JSON.
  const { $schema: _, ...schema } = toJsonSchema(verb.input, CONVERSION) as JsonObject;
  const properties = isObject(schema.properties) ? (schema.properties as Record<string, JsonSchema>) : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const example = verb.example as Readonly<Record<string, JsonSchema>> | undefined;
  const parameter = (name: string, place: 'path' | 'query'): JsonObject => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: properties[name] ?? { type: 'string' },
    ...(example && Object.hasOwn(example, name) ? { example: example[name] ?? null } : undefined),
  });
  const parameters = inPath.map((name) => parameter(name, 'path'));
  const rest = Object.entries(properties).filter(([name]) => !inPath.includes(name));
  if (isRead) {
    if (schema.type !== 'object') throw new FlowMasonError('INTERNAL', `The input of ${route} is not one object`);
    return { parameters: [...parameters, ...rest.map(([name]) => parameter(name, 'query'))] };
  }
  if (schema.type !== 'object') return { parameters, body: schema };
  const left = required.filter((name) => !inPath.includes(String(name)));
  return { parameters, body: { ...schema, properties: Object.fromEntries(rest), required: left } };
}

function content(schema: JsonObject, example: object | undefined): JsonObject {
  // Examples are written as JSON.
  const shown = example === undefined ? undefined : { example: example as JsonObject };
  return { 'application/json': { schema, ...shown } };
}

/** Answers by status, with an example of each code. */
function refusals(codes: readonly string[]): Record<string, JsonObject> {
  const byStatus = new Map<number, string[]>();
  for (const code of new Set(codes)) {
    const status = codeEntry(code)?.http ?? 500;
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const entries = [...byStatus].map(([status, list]): [string, JsonObject] => [
    String(status),
    {
      description: list.map((code) => `\`${code}\`: ${codeEntry(code)?.title ?? ''}`).join('\n\n'),
      content: {
        [PROBLEM_TYPE]: {
          schema: { $ref: '#/components/schemas/Problem' },
          examples: Object.fromEntries(list.map((code) => [code, { value: exampleOf(code) }])),
        },
      },
    },
  ]);
  return Object.fromEntries(entries);
}

function exampleOf(code: string): JsonObject {
  const error = new FlowMasonError(code, codeEntry(code)?.title ?? code);
  // A document without what is undefined.
  return JSON.parse(JSON.stringify(problemDocument(error, '0198f3c2'))) as JsonObject;
}

/** The last event of a stream that was not cut off is `end`. */
const EVENTS: JsonObject = { 'text/event-stream': { schema: { type: 'string' } } };

const IDEMPOTENCY_KEY: JsonObject = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'One per intended change: a repeated call within 24 hours gets the first answer, and does nothing.',
  schema: { type: 'string', minLength: 1, maxLength: 200 },
};

const ENVIRONMENT: JsonObject = {
  name: 'X-FlowMason-Environment',
  in: 'header',
  required: false,
  description: 'The environment that is meant: a server of another one refuses.',
  schema: { type: 'string' },
};

const PROBLEM: JsonObject = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail', 'request_id'],
  properties: {
    type: { type: 'string', format: 'uri', examples: ['urn:flowmason:error:NOT_FOUND'] },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: '`fm explain CODE` tells what it means' },
    detail: { type: 'string' },
    hint: { type: 'string', description: 'What to do next' },
    details: {},
    problems: { type: 'array', items: { type: 'object' } },
    request_id: { type: 'string', description: 'Logs of the server have it' },
  },
};
