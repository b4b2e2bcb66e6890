import { type ConversionConfig, toJsonSchemaDefs } from '@valibot/to-json-schema';
import type { JsonObject } from '../../core/json.ts';
import { ANSWER_SCHEMAS } from './answer-schemas.ts';
import { BASE } from './app.ts';
import { OPERATIONS } from './operations.ts';
import { refusals, routeErrors } from './refusals.ts';
import { requestShape } from './request-shape.ts';
import { type RouteEntry, routeTable } from './route-table.ts';
import { ROUTES } from './routes.ts';
import { SERVER_OPERATIONS, type ServerOperation } from './server-operations.ts';
import { TAG_TEXTS } from './tag-texts.ts';

/** An OpenAPI 3.1 document of the routes, made of the schemas that check their inputs. `version` is FlowMason's. */
export function openApiDocument(version: string): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const entry of routeTable(ROUTES)) {
    const path = `${BASE}${entry.path.replaceAll(/:(\w+)/g, '{$1}')}`;
    paths[path] = { ...paths[path], [entry.method.toLowerCase()]: operation(entry) };
  }
  for (const entry of SERVER_OPERATIONS) paths[entry.path] = { get: serverOperation(entry) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'FlowMason',
      version,
      description:
        'The control plane of an environment. Errors are problem documents (RFC 9457) whose code `fm explain CODE` documents. Times are epoch milliseconds. Lists answer `next`, which asks for what follows. Objects of answers may get further members in later versions; requests with members that are not known are refused.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: Object.entries(TAG_TEXTS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A key: `Authorization: Bearer fm_…`' },
        header: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'The same without `Bearer`' },
      },
      parameters: { IdempotencyKey: IDEMPOTENCY_KEY, Environment: ENVIRONMENT, LastEventId: LAST_EVENT_ID },
      headers: { RequestId: REQUEST_ID },
      schemas: answerSchemas(),
    },
  };
}

/** What answers consist of. Whoever reads them has to take members of later versions. */
function answerSchemas(): JsonObject {
  const conversion: ConversionConfig = {
    target: 'draft-2020-12',
    typeMode: 'output',
    errorMode: 'ignore',
    overrideRef: ({ referenceId }) => refTo(referenceId),
    overrideSchema({ jsonSchema }) {
      if (jsonSchema.additionalProperties !== false) return undefined;
      const { additionalProperties: _, ...open } = jsonSchema;
      return open;
    },
  };
  // JSON Schemas are JSON.
  return toJsonSchemaDefs(ANSWER_SCHEMAS, conversion) as unknown as JsonObject;
}

function operation(entry: RouteEntry): JsonObject {
  const { route, path, verb } = entry;
  const { summary, scope, status = 200, kind, open = false } = verb;
  // The table is that of `ROUTES`, and so is this one.
  const { id, answer } = OPERATIONS[route as keyof typeof OPERATIONS];
  const { parameters, body } = requestShape(entry);
  const needs = scope === null ? [] : [scope];
  const { codes, isOnce } = routeErrors(entry);
  // Examples are written as JSON.
  const example = verb.example === undefined ? undefined : { example: exampleOfBody(verb.example as JsonObject, body) };
  return {
    operationId: id,
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
      ...(kind === 'stream' ? [{ $ref: '#/components/parameters/LastEventId' }] : []),
    ],
    ...(body === undefined
      ? undefined
      : { requestBody: { required: true, content: { 'application/json': { schema: body, ...example } } } }),
    responses: {
      [status]: {
        description: DONE[status],
        headers: { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } },
        content: kind === 'stream' ? events(answer) : { 'application/json': { schema: { $ref: refTo(answer) } } },
      },
      ...refusals(codes),
    },
  };
}

function serverOperation({ id, summary, scope, content, errors }: ServerOperation): JsonObject {
  return {
    operationId: id,
    summary,
    description: scope === undefined ? 'Needs no key.' : `Needs a key with the scope \`${scope}\`.`,
    tags: ['server'],
    security: scope === undefined ? [] : [{ bearer: [scope] }, { header: [scope] }],
    parameters: [],
    responses: {
      200: {
        description: DONE[200],
        headers: { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } },
        content,
      },
      ...refusals(errors),
    },
  };
}

const DONE = { 200: 'Done', 201: 'Made', 202: 'Accepted: it is done after the answer' } as const;

function refTo(name: string): string {
  return `#/components/schemas/${name}`;
}

/** What of an example is not in the path. */
function exampleOfBody(example: JsonObject, body: JsonObject | undefined): JsonObject {
  const fields = body?.properties;
  if (typeof fields !== 'object' || fields === null) return example;
  return Object.fromEntries(Object.entries(example).filter(([name]) => Object.hasOwn(fields, name)));
}

/** OpenAPI 3.1 has no word for the type of one event. */
function events(name: string): JsonObject {
  return {
    'text/event-stream': {
      schema: {
        type: 'string',
        description: `Server-sent events. \`data\` of each is a ${name} as JSON on one line; \`id\` is what to send as \`Last-Event-ID\` after a lost connection. The last event is of the type \`end\`: a stream without it was cut off. Lines that begin with \`:\` are signs of life.`,
        'x-event-data': { $ref: refTo(name) },
      },
      example: `: begin\n\nid: 1\ndata: {"type":"run","at":1767225600000,"run_id":"r1","pipeline":"etl","version":"1.0.0","status":"succeeded","resumed":false}\n\nevent: end\ndata: {}\n\n`,
    },
  };
}

const REQUEST_ID: JsonObject = {
  description: 'That of the request, or a new one; logs of the server have it.',
  schema: { type: 'string' },
};

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

const LAST_EVENT_ID: JsonObject = {
  name: 'Last-Event-ID',
  in: 'header',
  required: false,
  description: 'The id of the last event that came: the stream goes on behind it.',
  schema: { type: 'string' },
};
