import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Agent, Dispatcher } from 'undici';
import { shownUrl } from '../../components/http/shown-url.ts';
import type { Fetch, IncomingResponse, OutgoingRequest } from '../../core/ports.ts';
import { StageError } from '../../core/run.ts';
import { type AgentOptions, createAgent } from './fetch/agent.ts';
import { toStageError } from './fetch/failure.ts';
import { joinHeaders } from './fetch/headers.ts';
import { firstHop, type Hop, redirectOf } from './fetch/hop.ts';
import { readBody } from './fetch/read-body.ts';

export interface FetchOptions extends AgentOptions {
  /** Milliseconds until a response's headers are complete; 0 (the default) leaves time to the request's signal. */
  readonly headersTimeout?: number;
}

/** What goes out over HTTP from a Node process. `close` ends its connections, and requests that still run. */
export type HttpFetch = Fetch & { close(): Promise<void> };

const MAX_REDIRECTS = 10;
/** A redirect's own body is read so that its connection can be used again, but not at any price. */
const MAX_REDIRECT_BODY = 64 * 1_024;

/**
 * Makes the one way out over HTTP. The client library is loaded at the first request. The fetch throws the reason of
 * its request's signal, whatever the guard throws, or StageError: `CONNECTIVITY` when the other side cannot be reached
 * or breaks the protocol, `QUOTA` for a response over a limit, `VALIDATION` for a request that cannot be sent,
 * `SECURITY` for a scheme other than http and https, `COMPONENT` for redirects that lead nowhere.
 */
export function createFetch(options: FetchOptions = {}): HttpFetch {
  const closing = new AbortController();
  let agent: Promise<Agent> | undefined;

  const fetch = async (request: OutgoingRequest): Promise<IncomingResponse> => {
    request.signal.throwIfAborted();
    if (closing.signal.aborted) throw new StageError('CANCELLED', 'client_closed', 'The HTTP client was closed');
    const first = firstHop(request);
    agent ??= createAgent(options, closing.signal);
    return follow(first, request, options, await agent);
  };
  const close = async (): Promise<void> => {
    closing.abort();
    await (await agent)?.destroy();
  };
  return Object.assign(fetch, { close });
}

async function follow(
  first: Hop,
  request: OutgoingRequest,
  options: FetchOptions,
  agent: Agent,
): Promise<IncomingResponse> {
  const started = performance.now();
  const visited: string[] = [];
  for (let hop = first; ; ) {
    options.guard?.({ url: hop.url, ...literalAddress(hop.url) });
    const response = await send(agent, hop, request.signal, options);
    const next = request.follow_redirects ? redirectOf(hop, response) : undefined;
    if (!next) {
      const body = await receive(response, hop, request);
      const headers = joinHeaders(response.headers);
      return { status: response.statusCode, headers, body, elapsed_ms: performance.now() - started };
    }
    visited.push(shownUrl(hop.url));
    if (visited.length > MAX_REDIRECTS) {
      response.body.on('error', ignore).destroy();
      throw new StageError(
        'COMPONENT',
        'too_many_redirects',
        `${hop.method} ${shownUrl(first.url)} was redirected more than ${MAX_REDIRECTS} times`,
        {
          hint: 'check where the redirects lead; `follow_redirects: false` gives the first answer itself',
          details: { redirects: [...visited, shownUrl(next.url)] },
        },
      );
    }
    await response.body.dump({ limit: MAX_REDIRECT_BODY, signal: request.signal });
    // A connection can be used again in the next turn of the event loop only.
    await setImmediate();
    hop = next;
  }
}

/** Sends one request and gives its response as soon as the headers are there. */
async function send(
  agent: Agent,
  hop: Hop,
  signal: AbortSignal,
  { headersTimeout = 0 }: FetchOptions,
): Promise<Dispatcher.ResponseData> {
  const { url, method, headers, body = null } = hop;
  const origin = url.origin;
  const path = `${url.pathname}${url.search}`;
  const sent = agent.request({ origin, path, method, headers, body, signal, headersTimeout, bodyTimeout: 0 });
  try {
    return await untilAborted(sent, signal);
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

async function receive(response: Dispatcher.ResponseData, hop: Hop, request: OutgoingRequest): Promise<Uint8Array> {
  const body: Readable = response.body;
  try {
    return await readBody(body, joinHeaders(response.headers), hop, request.max_bytes);
  } catch (error) {
    throw request.signal.aborted ? request.signal.reason : toStageError(error, hop, 'body');
  } finally {
    body.on('error', ignore).destroy();
  }
}

/** The address of a URL that names no host: nobody resolves it, so it is looked at here. */
function literalAddress({ hostname }: URL): { address?: string } {
  if (hostname.startsWith('[')) return { address: hostname.slice(1, -1) };
  return /^\d+\.\d+\.\d+\.\d+$/.test(hostname) ? { address: hostname } : {};
}

function ignore(): void {}
