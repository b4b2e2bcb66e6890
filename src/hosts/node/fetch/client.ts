import { setImmediate } from 'node:timers/promises';
import type { Agent, Dispatcher } from 'undici';
import { shownUrl } from '../../../components/http/shown-url.ts';
import type { IncomingResponse, OutgoingRequest } from '../../../core/ports.ts';
import { StageError } from '../../../core/run.ts';
import { type AgentOptions, createAgent } from './agent.ts';
import { toStageError } from './failure.ts';
import { joinHeaders } from './headers.ts';
import { firstHop, type Hop, redirectOf } from './hop.ts';
import { readBody } from './read-body.ts';

export interface FetchOptions extends AgentOptions {
  /** Milliseconds until a response's headers are complete; 0 (the default) leaves time to the request's signal. */
  readonly headersTimeout?: number;
}

export interface Client {
  send(request: OutgoingRequest): Promise<IncomingResponse>;
  close(): Promise<void>;
}

const MAX_REDIRECTS = 10;
/** A redirect's own body is read so that its connection can be used again, but not at any price. */
const MAX_SKIPPED = 64 * 1_024;
/** Statuses whose response has no body, whatever its `content-length` says (RFC 9110, 8.6). */
const NO_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/** A client with connections of its own. `closing` ends those that are still being made. */
export function openClient(options: FetchOptions, closing: AbortSignal): Client {
  const agent = createAgent(options, closing);
  return {
    send: (request) => follow(agent, request, options),
    close: () => agent.destroy(),
  };
}

/** Sends a request and the ones that it is redirected to, until there is a response to give. */
async function follow(agent: Agent, request: OutgoingRequest, options: FetchOptions): Promise<IncomingResponse> {
  const started = performance.now();
  const visited: string[] = [];
  for (let hop = firstHop(request); ; ) {
    options.guard?.({ url: new URL(hop.url), ...literalAddress(hop.url) });
    const response = await head(agent, hop, request.signal, options);
    const next = request.follow_redirects ? redirect(hop, response) : undefined;
    if (!next) {
      const body = await rest(response, hop, request);
      const headers = joinHeaders(response.headers);
      return { status: response.statusCode, headers, body, elapsed_ms: performance.now() - started };
    }
    visited.push(shownUrl(hop.url));
    if (visited.length > MAX_REDIRECTS) {
      discard(response);
      throw tooManyRedirects(hop, [...visited, shownUrl(next.url)]);
    }
    await skip(response, request.signal);
    hop = next;
  }
}

/** Sends one request and gives its response as soon as its headers are there. */
async function head(
  agent: Agent,
  hop: Hop,
  signal: AbortSignal,
  { headersTimeout = 0 }: FetchOptions,
): Promise<Dispatcher.ResponseData> {
  const { url, method, headers, body = null } = hop;
  const path = `${url.pathname}${url.search}`;
  try {
    return await untilAborted(
      agent.request({ origin: url.origin, path, method, headers, body, signal, headersTimeout, bodyTimeout: 0 }),
      signal,
    );
  } catch (error) {
    throw signal.aborted ? signal.reason : toStageError(error, hop, 'head');
  }
}

/** A request that has no connection yet does not listen to its signal, so whoever waits must. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function redirect(hop: Hop, response: Dispatcher.ResponseData): Hop | undefined {
  try {
    return redirectOf(hop, response);
  } catch (error) {
    discard(response);
    throw error;
  }
}

async function rest(response: Dispatcher.ResponseData, hop: Hop, request: OutgoingRequest): Promise<Uint8Array> {
  if (NO_BODY.has(response.statusCode)) {
    await skip(response, request.signal);
    return new Uint8Array();
  }
  try {
    const bytes = await readBody(response.body, joinHeaders(response.headers), hop, request.max_bytes);
    await free();
    return bytes;
  } catch (error) {
    throw request.signal.aborted ? request.signal.reason : toStageError(error, hop, 'body');
  } finally {
    discard(response);
  }
}

/** Reads a body that does not matter, as long as it is short; what is wrong with it does not matter either. */
async function skip({ body }: Dispatcher.ResponseData, signal: AbortSignal): Promise<void> {
  await body.dump({ limit: MAX_SKIPPED, signal });
  await free();
}

/** A connection can be used again in the next turn of the event loop; before, a new one would be made. */
function free(): Promise<void> {
  return setImmediate();
}

/** Ends a response that nobody reads on, and its connection when it is not complete. */
function discard({ body }: Dispatcher.ResponseData): void {
  // Ending it early is an error of the stream, which would end the process if nobody listened.
  body.on('error', () => {}).destroy();
}

function tooManyRedirects({ method }: Hop, redirects: string[]): StageError {
  return new StageError(
    'COMPONENT',
    'too_many_redirects',
    `${method} ${redirects[0]} was redirected more than ${MAX_REDIRECTS} times`,
    {
      hint: 'check where the redirects lead; `follow_redirects: false` gives the first answer itself',
      details: { redirects },
    },
  );
}

/** The address of a URL that names no host: nobody resolves it, so it is looked at here. */
function literalAddress({ hostname }: URL): { address?: string } {
  if (hostname.startsWith('[')) return { address: hostname.slice(1, -1) };
  return /^\d+\.\d+\.\d+\.\d+$/.test(hostname) ? { address: hostname } : {};
}
