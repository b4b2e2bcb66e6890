import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer as createSocketServer, type Server, type Socket } from 'node:net';
import { afterEach } from 'vitest';
import type { IncomingResponse, OutgoingRequest } from '../../src/core/ports.ts';
import { StageError } from '../../src/core/run.ts';
import type { FetchOptions } from '../../src/hosts/node/fetch/client.ts';
import { createFetch, type HttpFetch } from '../../src/hosts/node/fetch.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A certificate for `localhost` only, by an authority that nobody trusts: itself. */
export const certificate = readFileSync(new URL('fixtures/tls/cert.pem', import.meta.url), 'utf8');
const key = readFileSync(new URL('fixtures/tls/key.pem', import.meta.url), 'utf8');

/** A server on a free port of the loopback; ended after the test. The address is `http://127.0.0.1:PORT`. */
export function listen(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}

export function serve(listener: RequestListener): Promise<string> {
  return listen(createServer(listener));
}

/** The port of an HTTPS server on the loopback. */
export async function servePrivately(listener: RequestListener): Promise<string> {
  return new URL(await listen(createSecureServer({ key, cert: certificate }, listener))).port;
}

/** What a server does to a connection after its answer. */
export type Then = 'keep' | 'end' | 'reset';

/** A server that answers whatever it is asked first with these bytes. */
export function serveBytes(bytes: string | Buffer, then: Then = 'end'): Promise<string> {
  return listen(
    createSocketServer((socket) => {
      socket.once('data', () => {
        socket.write(bytes, () => {
          if (then === 'end') socket.end();
          if (then === 'reset') socket.resetAndDestroy();
        });
      });
    }),
  );
}

/** An address where nothing listens. */
export async function nowhere(): Promise<string> {
  const server = createSocketServer();
  const url = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return url;
}

export function newFetch(options?: FetchOptions): HttpFetch {
  const fetch = createFetch(options);
  ends.push(() => fetch.close());
  return fetch;
}

export function request(url: string, parts: Partial<OutgoingRequest> = {}): OutgoingRequest {
  return {
    url,
    method: 'GET',
    headers: {},
    follow_redirects: true,
    signal: new AbortController().signal,
    max_bytes: 1_000_000,
    ...parts,
  };
}

/** The error that a request ends with. */
export async function failure(answer: Promise<IncomingResponse>): Promise<StageError> {
  try {
    await answer;
  } catch (error) {
    if (error instanceof StageError) return error;
    throw error;
  }
  throw new Error('the request succeeded');
}

export async function bodyOf(incoming: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of incoming) text += chunk;
  return text;
}

export function textOf(response: IncomingResponse): string {
  return new TextDecoder().decode(response.body);
}
