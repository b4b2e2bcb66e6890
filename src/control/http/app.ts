import { Hono } from 'hono';
import { FlowMasonError, fail } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import { PROBLEM_TYPE, problemDocument } from '../../core/problem-document.ts';
import { quote } from '../../core/quote.ts';
import type { Caller, ControlPlane } from '../control.ts';
import {
  type AnyVerb,
  type Call,
  type EventOf,
  follow,
  type InputOf,
  type OutputOf,
  perform,
  type Stream,
  type Verb,
} from '../verb.ts';
import { MOST_BODY, MOST_UPLOAD, readBody } from './body.ts';
import { eventStream } from './event-stream.ts';
import { ROUTES } from './routes.ts';
import { expected } from './unexpected.ts';

/** What a route takes and answers, for the client. */
export type Api = {
  readonly [Route in keyof typeof ROUTES]: {
    readonly input: InputOf<(typeof ROUTES)[Route]>;
    readonly output: OutputOf<(typeof ROUTES)[Route]>;
    /** What a stream tells. */
    readonly event: EventOf<(typeof ROUTES)[Route]>;
  };
};

/** What a host gives. */
export interface AppOptions {
  /**
   * Whose control plane a request is for, and who calls. Throws FlowMasonError `UNAUTHENTICATED`, or whatever keeps the
   * database from being used.
   */
  readonly admit: (request: Request) => Promise<Admitted>;
  /** A new id for a request that brings none. */
  readonly requestId: () => string;
  /** Told of every answer; of errors that nobody expected with their cause. */
  readonly onAnswer?: ((answer: Answered) => void) | undefined;
}

export interface Admitted {
  readonly control: ControlPlane;
  readonly caller: Pick<Caller, 'actor' | 'scopes'>;
}

/** For logs. */
export interface Answered {
  readonly request_id: string;
  readonly method: string;
  /** The pattern, not the path, so that it holds nothing of anybody's. */
  readonly route: string;
  readonly status: number;
  readonly actor: string | undefined;
  readonly error: FlowMasonError | undefined;
}

type Env = { Variables: { requestId: string; actor: string | undefined; error: FlowMasonError | undefined } };

const BASE = '/api/v1';
const REQUEST_ID = /^[\w.-]{1,64}$/;

/** The HTTP interface over the verbs. Pure: a host gives it all that it works with. */
export function createApp(options: AppOptions): Hono<Env> {
  const app = new Hono<Env>({ strict: true });
  app.use('*', async (context, next) => {
    const given = context.req.header('x-request-id');
    const requestId = given !== undefined && REQUEST_ID.test(given) ? given : options.requestId();
    context.set('requestId', requestId);
    await next();
    context.header('x-request-id', requestId);
    options.onAnswer?.({
      request_id: requestId,
      method: context.req.method,
      route: context.req.routePath,
      status: context.res.status,
      actor: context.get('actor'),
      error: context.get('error'),
    });
  });
  for (const [route, verb] of Object.entries(ROUTES)) {
    const [method = '', path = ''] = route.split(' ');
    app.on(method, `${BASE}${path}`, async (context) => {
      const { control, caller } = await options.admit(context.req.raw);
      context.set('actor', caller.actor);
      requireEnvironment(context.req.header('x-flowmason-environment'), control.environment);
      const call: Call = {
        control,
        caller: {
          ...caller,
          request_id: context.get('requestId'),
          idempotency_key: context.req.header('idempotency-key'),
        },
      };
      const query = joined(context.req.param(), context.req.query());
      const input =
        method === 'GET' || method === 'DELETE'
          ? query
          : joined(query, await readBody(context.req.raw, hasUploads(verb) ? MOST_UPLOAD : MOST_BODY));
      if (isStream(verb)) {
        const since = { last: context.req.header('last-event-id'), signal: context.req.raw.signal };
        return eventStream(control.clock, since.signal, (signal) => follow(verb, call, input, { ...since, signal }));
      }
      // The table holds verbs of any input, each of which checks its own.
      const output = await perform(verb as unknown as AnyPerformable, call, input, route);
      return context.json(output, statusOf(verb));
    });
  }
  app.notFound((context) => answerError(context.get('requestId'), notFound(context.req.path)));
  app.onError((thrown, context) => {
    const error = expected(thrown);
    context.set('error', error);
    return answerError(context.get('requestId'), error);
  });
  return app;
}

/** A client that thinks to talk to another environment must not change this one. */
function requireEnvironment(meant: string | undefined, environment: string): void {
  if (meant === undefined || meant === environment) return;
  fail('ENVIRONMENT_MISMATCH', `This is ${environment}, and the call is meant for ${quote(meant)}`, {
    hint: `fm config explain ${environment}.url`,
    details: { meant, environment },
  });
}

type AnyPerformable = Verb<AnyVerb['input'], unknown, object>;

function isStream(verb: AnyVerb): verb is Stream<AnyVerb['input'], object> {
  return verb.kind === 'stream';
}

function statusOf(verb: AnyVerb): 200 | 201 | 202 {
  return verb.status ?? 200;
}

function hasUploads(verb: AnyVerb): boolean {
  return verb.upload ?? false;
}

/** A name that stands in the path or in the query cannot be given a second time. */
function joined(params: JsonObject, body: JsonObject): JsonObject {
  const twice = Object.keys(params).find((name) => Object.hasOwn(body, name));
  if (twice !== undefined) fail('REQUEST_INVALID', `${twice}: is in the path already, and stands in the request again`);
  return { ...body, ...params };
}

function answerError(requestId: string, error: FlowMasonError): Response {
  const document = problemDocument(error, requestId);
  return new Response(JSON.stringify(document), {
    status: document.status,
    headers: { 'content-type': PROBLEM_TYPE },
  });
}

function notFound(path: string): FlowMasonError {
  return new FlowMasonError('NOT_FOUND', `There is no route ${path}`, { hint: 'GET /openapi.json lists them all' });
}
