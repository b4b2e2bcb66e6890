import { Hono } from 'hono';
import { type FlowMasonError, fail } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Clock, Tracer } from '../../core/ports.ts';
import { quote } from '../../core/quote.ts';
import { type TraceFields, traceFields } from '../../core/traceparent.ts';
import type { Caller, ControlPlane } from '../control.ts';
import {
  type AnyVerb,
  type Call,
  type EventOf,
  follow,
  type InputOf,
  type OutputOf,
  perform,
  requireScope,
  type Stream,
  type Verb,
} from '../verb.ts';
import { answerError } from './answer-error.ts';
import type { AppEnv } from './app-env.ts';
import { MOST_BODY, MOST_OPEN, MOST_UPLOAD, readBody } from './body.ts';
import { crossOrigin } from './cross-origin.ts';
import { eventStream } from './event-stream.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { knownPaths } from './known-paths.ts';
import { notAllowed, notFound } from './no-route.ts';
import { pathOf } from './path.ts';
import { beginSpan, validTraceparent } from './request-span.ts';
import { routeTable } from './route-table.ts';
import { ROUTES } from './routes.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
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
   * database from being used. `open`: the route takes calls without a key.
   */
  readonly admit: (request: Request, open: boolean) => Promise<Admitted>;
  /** Whose pages may call, as browsers name their origins, or `*`; nobody's without it. */
  readonly origins?: readonly string[] | undefined;
  /** A new id for a request that brings none. */
  readonly requestId: () => string;
  /** Told of every answer; of errors that nobody expected with their cause. */
  readonly onAnswer?: ((answer: Answered) => void) | undefined;
  /** Milliseconds that only grow; without it answers have no duration. */
  readonly elapsed?: (() => number) | undefined;
  /** Gets a span for each request but those without a route. */
  readonly traces?: { readonly tracer: Tracer; readonly clock: Clock } | undefined;
}

export interface Admitted {
  readonly control: ControlPlane;
  readonly caller: Pick<Caller, 'actor' | 'scopes'>;
}

/** For logs and metrics. */
export interface Answered extends TraceFields {
  readonly request_id: string;
  readonly method: string;
  /** The pattern, not the path, so that it holds nothing of anybody's. */
  readonly route: string;
  readonly status: number;
  readonly actor: string | undefined;
  readonly error: FlowMasonError | undefined;
  /** From the request's first header to the answer's. */
  readonly duration_ms: number;
}

export const BASE = '/api/v1';
const SECURED_JSON = { ...Object.fromEntries(SECURITY_HEADERS), 'content-type': 'application/json' };
const REQUEST_ID = /^[\w.-]{1,64}$/;

/** The HTTP interface over the verbs. Pure: a host gives it all that it works with. */
export function createApp(options: AppOptions): Hono<AppEnv> {
  const { elapsed = () => 0 } = options;
  // Undecoded and strict: a route has one spelling, whatever stands in front of this.
  const app = new Hono<AppEnv>({ strict: true, getPath: pathOf, router: knownPaths() });
  app.use('*', async (context, next) => {
    const begin = elapsed();
    const given = context.req.header('x-request-id');
    const requestId = given !== undefined && REQUEST_ID.test(given) ? given : options.requestId();
    context.set('requestId', requestId);
    const span = beginSpan(options.traces, context.req.raw);
    context.set('traceparent', span?.traceparent ?? validTraceparent(context.req.raw));
    await next();
    const { status } = context.res;
    if (!context.get('isWhole')) {
      // Not `context.header`, which makes the answer anew for each.
      const { headers } = context.res;
      for (const [name, value] of SECURITY_HEADERS) if (!headers.has(name)) headers.set(name, value);
      headers.set('x-request-id', requestId);
    }
    span?.end(context.get('route'), status, context.get('error'));
    options.onAnswer?.({
      request_id: requestId,
      method: context.req.method,
      route: context.get('route') ?? 'none',
      status,
      actor: context.get('actor'),
      error: context.get('error'),
      duration_ms: elapsed() - begin,
      ...traceFields(span?.traceparent, context.get('traceparent')),
    });
  });
  if (options.origins && options.origins.length > 0) app.use(`${BASE}/*`, crossOrigin(options.origins));
  for (const { method, path, route, verb } of routeTable(ROUTES)) {
    app.on(method, `${BASE}${path}`, async (context) => {
      context.set('route', `${BASE}${path}`);
      const { control, caller } = await options.admit(context.req.raw, isOpen(verb));
      context.set('actor', caller.actor);
      requireEnvironment(context.req.header('x-flowmason-environment'), control.environment);
      const call: Call = {
        control,
        caller: {
          ...caller,
          request_id: context.get('requestId'),
          idempotency_key: idempotencyKey(context.req.header('idempotency-key')),
          traceparent: context.get('traceparent'),
        },
      };
      const query = joined(context.req.param(), single(context.req.queries()));
      const input =
        method === 'GET' || method === 'DELETE' ? query : joined(query, await readBody(context.req.raw, mostOf(verb)));
      if (isStream(verb)) {
        const since = { last: context.req.header('last-event-id'), signal: context.req.raw.signal };
        const begin = (signal: AbortSignal) => follow(verb, call, input, { ...since, signal });
        return eventStream(control.clock, since.signal, begin, async () => {
          const again = await options.admit(context.req.raw, isOpen(verb));
          requireScope(verb.scope, { ...call.caller, ...again.caller });
        });
      }
      // The table holds verbs of any input, each of which checks its own.
      const output = await perform(verb as unknown as AnyPerformable, call, input, route);
      context.set('isWhole', true);
      const headers = { ...SECURED_JSON, 'x-request-id': context.get('requestId') };
      return new Response(JSON.stringify(output), { status: statusOf(verb), headers });
    });
  }
  refuseOtherMethods(
    app,
    routeTable(ROUTES).map(({ method, path }) => `${method} ${BASE}${path}`),
  );
  app.notFound((context) => {
    const error = notFound(context.req.path);
    context.set('error', error);
    return answerError(context.get('requestId'), error);
  });
  app.onError((thrown, context) => {
    const error = expected(thrown);
    context.set('error', error);
    return answerError(context.get('requestId'), error);
  });
  return app;
}

/** Answers `METHOD_NOT_ALLOWED` for paths of these routes (`GET /x`) to every other method. */
export function refuseOtherMethods(app: Hono<AppEnv>, routes: readonly string[]): void {
  const methods = new Map<string, string[]>();
  for (const [method = '', path = ''] of routes.map((route) => route.split(' '))) {
    methods.set(path, [...(methods.get(path) ?? []), method]);
  }
  for (const [path, allowed] of methods) {
    app.all(path, (context) => {
      context.set('route', path);
      throw notAllowed(context.req.method, context.req.path, allowed);
    });
  }
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

function isOpen(verb: AnyVerb): boolean {
  return verb.open ?? false;
}

/** Bytes of a body. */
function mostOf(verb: AnyVerb): number {
  if (isOpen(verb)) return MOST_OPEN;
  return verb.upload ? MOST_UPLOAD : MOST_BODY;
}

/** A name that stands in the path or in the query cannot be given a second time. */
function joined(params: JsonObject, body: JsonObject): JsonObject {
  const twice = Object.keys(params).find((name) => Object.hasOwn(body, name));
  if (twice !== undefined) fail('REQUEST_INVALID', `${twice}: is in the path already, and stands in the request again`);
  return { ...body, ...params };
}

/** Of a name that is given twice nobody can tell which value is meant. */
function single(queries: Readonly<Record<string, string[]>>): JsonObject {
  const all: JsonObject = {};
  for (const [name, values] of Object.entries(queries)) {
    if (values.length > 1) fail('REQUEST_INVALID', `${name}: stands in the query ${values.length} times`);
    all[name] = values[0] ?? '';
  }
  return all;
}
