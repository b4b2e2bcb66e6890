import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type Agent, ProxyAgent } from 'undici';
import type { Transport } from '../../../client/client.ts';
import { FlowMasonError, fail } from '../../../core/errors.ts';
import { StageError } from '../../../core/run.ts';
import { createAgent } from '../fetch/agent.ts';
import { toStageError } from '../fetch/failure.ts';
import { type ProxySetting, proxyFor } from './proxy.ts';

/** Milliseconds. */
export interface Patience {
  /** To connect. */
  readonly connect?: number;
  /** Until an answer begins. */
  readonly answer?: number;
  /** Without a byte of it. */
  readonly silence?: number;
  /** Until a document is whole, further tries included; streams have no end. */
  readonly whole?: number;
}

/** A server answers `?wait=` within 60 s, and writes to a stream every 15 s. */
const PATIENCE: Required<Patience> = { connect: 10_000, answer: 90_000, silence: 60_000, whole: 300_000 };
/** Before each further try, milliseconds. */
const PAUSES = [250, 1_000];
/** A server that asks for more patience gets its answer shown instead. */
const LONGEST_PAUSE = 5_000;

/** What a server answered, before its body is read. */
interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readable & { dump(): Promise<void> };
}

/** What another try cannot mend. */
const LASTING: ReadonlySet<string> = new Set([
  'host_not_found',
  'tls_certificate',
  'tls_failed',
  'malformed_response',
  'invalid_request',
  'client_closed',
]);
/** A proxy whose server is being replaced, a server that is full, and the first call of a repetition that still goes on. */
const BUSY: ReadonlySet<number> = new Set([409, 429, 502, 503, 504]);

/**
 * The way to a server over HTTP. Redirects are not followed. What may be repeated (reads, and calls that carry an
 * `Idempotency-Key`) is tried three times, with the same key. No answer takes longer than `patience` says, however slowly
 * it drips. Throws FlowMasonError `SERVER_UNREACHABLE`.
 */
export function serverTransport(patience: Patience = {}): Transport & { close(): Promise<void> } {
  const closing = new AbortController();
  const { connect, answer: headersTimeout, silence: bodyTimeout, whole } = { ...PATIENCE, ...patience };
  const direct = createAgent({ connectTimeout: connect }, closing.signal);
  const proxied = new Map<string, ProxyAgent>();
  const agentOf = (proxy: ProxySetting | undefined): Agent | ProxyAgent => {
    if (!proxy) return direct;
    const { href } = proxy.url;
    const tls = { timeout: connect, signal: closing.signal };
    // As curl: a tunnel for https, and the request itself for http.
    const agent =
      proxied.get(href) ?? new ProxyAgent({ uri: href, proxyTunnel: false, proxyTls: tls, requestTls: tls });
    proxied.set(href, agent);
    return agent;
  };

  const once = async (request: Request, body: Uint8Array | null, signal: AbortSignal): Promise<Answer> => {
    const url = new URL(request.url);
    const { method } = request;
    const proxy = proxyFor(url, process.env);
    try {
      const answer = await agentOf(proxy).request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method,
        headers: Object.fromEntries(request.headers),
        body,
        signal,
        headersTimeout,
        bodyTimeout,
      });
      const headers = new Headers();
      for (const [name, value] of Object.entries(answer.headers))
        for (const each of [value ?? []].flat()) headers.append(name, each);
      return { status: answer.statusCode, headers, body: answer.body };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const failure = toStageError(error, { url, method, headers: {}, body: undefined }, 'head');
      throw proxy ? through(proxy, failure) : failure;
    }
  };

  const transport: Transport = async (request) => {
    const body = request.body === null ? null : new Uint8Array(await request.arrayBuffer());
    const repeatable = request.method === 'GET' || request.headers.has('idempotency-key');
    const isStream = request.headers.get('accept') === 'text/event-stream';
    const signal = isStream ? request.signal : AbortSignal.any([request.signal, endAfter(whole, request.url)]);
    for (let tries = 0; ; tries++) {
      const pause = repeatable ? PAUSES[tries] : undefined;
      try {
        const answer = await once(request, body, signal);
        const wait = pause === undefined ? undefined : busyFor(answer, pause);
        if (wait === undefined) return await responseOf(answer);
        await answer.body.dump();
        await pauseFor(wait, signal);
      } catch (error) {
        if (signal.aborted || !isStageError(error)) throw error;
        if (pause === undefined || LASTING.has(error.code)) unreachable(error);
        await pauseFor(pause, signal);
      }
    }
  };
  return Object.assign(transport, {
    close: async () => {
      closing.abort();
      await Promise.all([direct, ...proxied.values()].map((agent) => agent.destroy()));
    },
  });
}

/** What went wrong on a way that leads through a proxy may be the proxy's. */
function through({ url, variable }: ProxySetting, { type, code, message, hint, cause }: StageError): StageError {
  return new StageError(type, code, `${message}, through the proxy ${url.host} of ${variable}`, {
    hint: hint ?? `Servers that are reached without a proxy stand in NO_PROXY`,
    cause,
  });
}

/** Aborted after a time with what there is to say of it. */
function endAfter(ms: number, url: string): AbortSignal {
  const late = new AbortController();
  const error = new FlowMasonError(
    'SERVER_UNREACHABLE',
    `${new URL(url).host} has not answered whole in ${ms / 1_000} s`,
    {
      hint: 'Check the network and the load of the server, and run the command again: what was done already is not done twice.',
    },
  );
  setTimeout(() => late.abort(error), ms).unref();
  return late.signal;
}

/** Throws the reason of the signal. */
async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {});
  signal.throwIfAborted();
}

/** How long to wait before asking again, milliseconds; undefined when the answer is one. */
function busyFor({ status, headers }: Answer, pause: number): number | undefined {
  if (!BUSY.has(status)) return undefined;
  const after = headers.get('retry-after');
  // A conflict is an answer, unless it says that it passes.
  if (after === null) return status === 409 || status === 429 ? undefined : pause;
  const asked = Number(after) * 1_000;
  return asked >= 0 && asked <= LONGEST_PAUSE ? Math.max(asked, pause) : undefined;
}

async function responseOf({ status, headers, body }: Answer): Promise<Response> {
  const empty = status === 204 || status === 304;
  if (empty) await body.dump();
  return new Response(empty ? null : streamOf(body), { status, headers });
}

/** Node's own `Readable.toWeb` throws where nobody catches when a stream is cancelled halfway. */
function streamOf(body: Readable): ReadableStream<Uint8Array> {
  // Whoever reads gets it as well.
  body.on('error', () => {});
  const parts: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const part = await parts.next();
      if (part.done) controller.close();
      else controller.enqueue(part.value);
    },
    cancel: () => void body.destroy(),
  });
}

function isStageError(error: unknown): error is StageError {
  return error instanceof Error && error.name === 'StageError';
}

function unreachable(error: StageError): never {
  fail('SERVER_UNREACHABLE', error.message, { hint: error.hint, cause: error });
}
