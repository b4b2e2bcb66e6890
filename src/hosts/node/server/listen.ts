import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { answerError } from '../../../control/http/answer-error.ts';
import { notFound } from '../../../control/http/no-route.ts';
import { pathFrom, pathOf } from '../../../control/http/path.ts';
import { fail } from '../../../core/errors.ts';
import { errorCode } from '../atomic-file.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly requestId: () => string;
  /** What to type when the port is taken. */
  readonly hint?: string;
}

export interface Listening {
  readonly port: number;
  /** Takes nothing new, and ends when what was begun is answered, or after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** Milliseconds. Who sends slower than that is not waited for. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 60_000;
/** Longer than load balancers keep an idle connection, so that it is theirs to close. */
const KEEP_ALIVE_MS = 65_000;
const MOST_HEADERS = 16_384;
/** How paths of streams end. */
const EVENTS = '/events';

/** Serves an app over HTTP. Throws FlowMasonError `PORT_TAKEN`. */
export async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  { host, port, requestId, hint = 'fm serve --port 8788' }: ListenOptions,
): Promise<Listening> {
  const streams = new WeakSet<object>();
  // Its `Response` takes the place of the process's: one that is never read as a stream is written at once.
  const listener = getRequestListener(async (request, { incoming, outgoing }) => {
    const sent = pathSent(incoming);
    // `/a/../b` is taken apart before anybody sees it: a path has one spelling.
    if (sent !== pathOf(request)) return answerError(requestId(), notFound(sent));
    const response = await fetch(request);
    // Looking at its headers makes objects of them, so only those are looked at that may be one.
    if (sent.endsWith(EVENTS) && response.headers.get('content-type')?.startsWith('text/event-stream'))
      streams.add(outgoing);
    return response;
  });
  const server = createServer({ maxHeaderSize: MOST_HEADERS }, listener);
  const answering = new Set<ServerResponse>();
  server.prependListener('request', (_: IncomingMessage, response: ServerResponse) => {
    answering.add(response);
    response.once('close', () => answering.delete(response));
  });
  server.headersTimeout = HEADERS_MS;
  server.requestTimeout = REQUEST_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await begin(server, host, port, hint);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: (graceMs) => end(server, { answering, streams }, graceMs),
  };
}

/** As it stands in the request's first line. */
function pathSent({ url = '/' }: { url?: string | undefined }): string {
  return url.startsWith('/') ? pathFrom(url, 0) : pathOf({ url });
}

function begin(server: Server, host: string, port: number, hint: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const code = errorCode(error);
      if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') return reject(error);
      try {
        refusePort(host, port, code, hint);
      } catch (refused) {
        reject(refused);
      }
    });
    server.listen(port, host, resolve);
  });
}

function refusePort(host: string, port: number, code: string, hint: string): never {
  const reasons: Record<string, string> = {
    EADDRINUSE: 'another process listens there',
    EACCES: 'this user may not listen there',
    EADDRNOTAVAIL: 'this machine does not have that address',
  };
  fail('PORT_TAKEN', `Cannot listen on ${host}:${port}: ${reasons[code]}`, { hint });
}

interface UnderWay {
  readonly answering: ReadonlySet<ServerResponse>;
  /** Those that only end when what they tell of does. */
  readonly streams: WeakSet<object>;
}

/** Connections that wait for nothing are closed at once; the others when they have their answer. */
function end(server: Server, { answering, streams }: UnderWay, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => server.closeAllConnections(), graceMs);
    for (const response of answering) {
      if (!response.headersSent) response.setHeader('connection', 'close');
      // Who follows events comes back to another server, behind the last one that it got.
      else if (streams.has(response)) response.destroy();
    }
    server.prependListener('request', (_: IncomingMessage, response: ServerResponse) => {
      response.setHeader('connection', 'close');
    });
    server.close(() => {
      clearTimeout(late);
      resolve();
    });
  });
}
