import type { Api } from '../control/http/app.ts';
import { parseAccessKey } from '../core/access-key.ts';
import { codeEntry } from '../core/codes/index.ts';
import { FlowMasonError, fail } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import { errorOf, invalid, parse, readText, reasonOf, unreachable } from './answer.ts';
import { messages } from './messages.ts';

/** How a request gets to a control plane: the app itself in this process, or `fetch` over a socket. */
export type Transport = (request: Request) => Promise<Response>;

export interface ClientOptions {
  readonly transport: Transport;
  /** `https://staging.example.com`, without a path of the API. In process any will do. */
  readonly url: string;
  /** Absent in process; a function where it is had when it is first needed. */
  readonly key?: string | (() => Promise<string>) | undefined;
  /** The environment that is meant: a server of another one refuses. */
  readonly environment?: string | undefined;
  /** One per invocation of a command, so that what is repeated by it is done once. */
  readonly idempotencyKey?: (() => string) | undefined;
  /** For pauses before a stream is taken up again; without it there are none. */
  readonly clock?: Clock | undefined;
}

type Route = keyof Api;

/** A typed caller of the control plane. */
export interface Client {
  /**
   * Calls a route. Members that stand in its path are put there, the rest goes into the query or the body. Throws the
   * FlowMasonError that the control plane answers, `SERVER_UNREACHABLE`, `ANSWER_INVALID`.
   */
  call<R extends Route>(route: R, input: Api[R]['input'], options?: CallOptions): Promise<Api[R]['output']>;
  /**
   * What a stream tells, to its end. A connection that is lost is made again, behind the last event that came. Throws as
   * `call`.
   */
  events<R extends Route>(
    route: R,
    input: Api[R]['input'],
    options?: CallOptions,
  ): AsyncGenerator<Api[R]['event'], void, undefined>;
  /** The same for an answer that is no document: its text or stream as it comes. */
  open(method: string, path: string, options?: OpenOptions): Promise<Response>;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Instead of one of this invocation: what is called again under it later is done once. */
  readonly idempotencyKey?: string | undefined;
  /** Told when the connection of a stream is lost, before it is made again. */
  readonly onLost?: ((why: string) => void) | undefined;
}

export interface OpenOptions extends CallOptions {
  readonly body?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

const BASE = '/api/v1';
/** How often a lost stream is asked for again before it counts as unreachable, and the first pause; each is twice as long. */
const TRIES = 6;
const PAUSE = 250;
/** Of a server that is full, is being replaced, has lost its database, or is hidden by a proxy that says so. */
const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export function createClient(options: ClientOptions): Client {
  const { transport, url, environment, idempotencyKey } = options;

  const open: Client['open'] = async (method, path, { body, headers, signal } = {}) => {
    const key = typeof options.key === 'function' ? await options.key() : options.key;
    if (key !== undefined) refuseMistyped(key, environment);
    const request = new Request(`${url.replace(/\/+$/, '')}${BASE}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? undefined : { 'content-type': 'application/json' }),
        ...(key === undefined ? undefined : { authorization: `Bearer ${key}` }),
        ...(environment === undefined ? undefined : { 'x-flowmason-environment': environment }),
        ...(method === 'GET' || !idempotencyKey ? undefined : { 'idempotency-key': idempotencyKey() }),
        ...headers,
      },
      redirect: 'manual',
      ...(body === undefined ? undefined : { body }),
      ...(signal === undefined ? undefined : { signal }),
    });
    let response: Response;
    try {
      response = await transport(request);
    } catch (error) {
      return unreachable(url, error, signal);
    }
    if (!response.ok) throw await errorOf(response, url);
    return response;
  };

  return {
    open,
    async call(route, input, callOptions) {
      const [method = '', pattern = ''] = route.split(' ');
      const { path, rest } = fill(pattern, input);
      const isRead = method === 'GET' || method === 'DELETE';
      const response = await open(method, isRead ? `${path}${queryOf(rest)}` : path, {
        signal: callOptions?.signal,
        ...(callOptions?.idempotencyKey === undefined
          ? undefined
          : { headers: { 'idempotency-key': callOptions.idempotencyKey } }),
        ...(isRead ? undefined : { body: JSON.stringify(Object.fromEntries(rest)) }),
      });
      const text = await readText(response, url, callOptions?.signal);
      // The server answers what the route's type says.
      return parse(text) ?? invalid(url, response, text);
    },
    events: (route, input, callOptions) => followed(open, options, { route, input, ...callOptions }),
  };
}

/** What a route's stream tells, over as many connections as it takes. */
async function* followed<R extends Route>(
  open: Client['open'],
  { clock, url }: ClientOptions,
  { route, input, signal, onLost }: { readonly route: R; readonly input: object } & CallOptions,
): AsyncGenerator<Api[R]['event'], void, undefined> {
  const { path, rest } = fill(route.split(' ')[1] ?? '', input);
  let last: string | undefined;
  for (let lost = 0; ; lost++) {
    if (lost > 0) await pause(clock, PAUSE * 2 ** lost, signal);
    const headers = { accept: 'text/event-stream', ...(last === undefined ? undefined : { 'last-event-id': last }) };
    try {
      const response = await open('GET', `${path}${queryOf(rest)}`, { headers, signal });
      for await (const { id, event, data } of messages(response)) {
        last = id ?? last;
        if (event === 'end') return;
        lost = 0;
        // The server tells what the route's type says.
        yield parse(data);
      }
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      // What the server refuses it refuses again.
      if (error instanceof FlowMasonError && !PASSING.has(codeEntry(error.code)?.http ?? 0)) throw error;
      if (lost >= TRIES) unreachable(url, error, signal);
      if (lost === 0) onLost?.(reasonOf(error));
      continue;
    }
    if (signal?.aborted) throw signal.reason;
    if (lost >= TRIES) unreachable(url, new Error('the stream was cut off again and again'), signal);
  }
}

function pause(clock: Clock | undefined, ms: number, signal: AbortSignal | undefined): Promise<void> | undefined {
  if (!clock) return undefined;
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, resolve);
    const stop = (): void => {
      cancel();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/** Shorter than any key. */
const KEY_LENGTH = 40;

/** What can be told without asking. Throws FlowMasonError `UNAUTHENTICATED`, `ENVIRONMENT_MISMATCH`. */
function refuseMistyped(key: string, environment: string | undefined): void {
  const hint = `fm config set ${environment ?? 'ENVIRONMENT'}.api_key -`;
  const parsed = parseAccessKey(key);
  if (!parsed && key.startsWith('fm_') && key.length > KEY_LENGTH) {
    fail('UNAUTHENTICATED', 'The key is not whole, or was mistyped: its checksum does not fit', { hint });
  }
  if (parsed && environment !== undefined && parsed.environment !== environment) {
    fail('ENVIRONMENT_MISMATCH', `The key is one of ${parsed.environment}, and the call is meant for ${environment}`, {
      hint,
      details: { meant: environment, key: parsed.environment },
    });
  }
}

/** Members that stand in the path, and the others. */
function fill(pattern: string, input: object): { path: string; rest: [string, unknown][] } {
  const members = new Map(Object.entries(input));
  const path = pattern.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = members.get(name);
    members.delete(name);
    return encodeURIComponent(String(value));
  });
  return { path, rest: [...members].filter(([, value]) => value !== undefined) };
}

function queryOf(members: readonly [string, unknown][]): string {
  const query = new URLSearchParams(members.map(([name, value]): [string, string] => [name, String(value)])).toString();
  return query === '' ? '' : `?${query}`;
}
