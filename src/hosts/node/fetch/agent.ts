import { type LookupAddress, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { getCACertificates } from 'node:tls';
import { Agent, buildConnector, Pool } from 'undici';

/** What a request is about to reach. Without an address the name has not been resolved yet. */
export interface GuardTarget {
  readonly url: URL;
  readonly address?: string;
}

/**
 * Throws to refuse a target. Called for every hop with its URL, and for every new connection with the URL of its origin:
 * for each address that the name resolved to before connecting, and for the address that was connected before sending.
 */
export type Guard = (target: GuardTarget) => void;

export interface AgentOptions {
  readonly guard?: Guard;
  /** Milliseconds to resolve, connect and shake hands. Default 10,000. */
  readonly connectTimeout?: number;
  /** Bytes of a response's headers. Default 64 KiB. */
  readonly maxHeaderBytes?: number;
  /** Authorities (PEM) that are trusted beside those of the system. */
  readonly ca?: string;
}

/** Connections that are kept alive and used again. `closing` ends those that are still being made. */
export function createAgent(options: AgentOptions, closing: AbortSignal): Agent {
  const { guard, connectTimeout = 10_000, maxHeaderBytes = 64 * 1_024, ca } = options;
  const authorities = ca === undefined ? undefined : { ca: [...getCACertificates('default'), ca] };
  return new Agent({
    maxHeaderSize: maxHeaderBytes,
    factory: (origin, poolOptions) => {
      const url = new URL(origin);
      const connect = buildConnector({
        timeout: connectTimeout,
        signal: closing,
        ...authorities,
        ...(guard && { lookup: guardedLookup(guard, url) }),
      });
      return new Pool(origin, { ...poolOptions, connect: guard ? guardedConnector(connect, guard, url) : connect });
    },
  });
}

/** Resolves a name and shows each of its addresses to the guard. */
function guardedLookup(guard: Guard, url: URL): LookupFunction {
  return (hostname, options, callback) =>
    lookup(hostname, options, (error, found: string | LookupAddress[], family) => {
      if (error) return callback(error, found, family);
      try {
        for (const address of typeof found === 'string' ? [found] : found.map((entry) => entry.address)) {
          guard({ url: new URL(url), address });
        }
      } catch (refusal) {
        return callback(asError(refusal), found, family);
      }
      callback(null, found, family);
    });
}

/** Shows the address that was really connected to the guard before a byte of a request is sent. */
function guardedConnector(connect: buildConnector.connector, guard: Guard, url: URL): buildConnector.connector {
  return (target, callback) =>
    connect(target, (error, socket) => {
      if (error) return callback(error, null);
      try {
        guard({ url: new URL(url), ...(socket.remoteAddress !== undefined && { address: socket.remoteAddress }) });
      } catch (refusal) {
        socket.destroy();
        return callback(asError(refusal), null);
      }
      callback(null, socket);
    });
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
