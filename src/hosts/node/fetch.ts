import type { Fetch, IncomingResponse, OutgoingRequest } from '../../core/ports.ts';
import { StageError } from '../../core/run.ts';
import type { Client, FetchOptions } from './fetch/client.ts';

/** What goes out over HTTP from a Node process. `close` ends its connections, and requests that still run. */
export type HttpFetch = Fetch & { close(): Promise<void> };

/**
 * Makes the one way out over HTTP; the client behind it is loaded at the first request. The fetch throws the reason of
 * its request's signal, what the guard throws, or StageError: `CONNECTIVITY` when the other side cannot be reached or
 * breaks the protocol, `QUOTA` for a response over a limit, `VALIDATION` for a request that cannot be sent, `SECURITY`
 * for a scheme other than http and https, `COMPONENT` for redirects that lead nowhere.
 */
export function createFetch(options: FetchOptions = {}): HttpFetch {
  const closing = new AbortController();
  let client: Promise<Client> | undefined;

  const fetch = async (request: OutgoingRequest): Promise<IncomingResponse> => {
    request.signal.throwIfAborted();
    if (closing.signal.aborted) throw new StageError('CANCELLED', 'client_closed', 'The HTTP client was closed');
    client ??= import('./fetch/client.ts').then(({ openClient }) => openClient(options, closing.signal));
    return (await client).send(request);
  };
  const close = async (): Promise<void> => {
    closing.abort();
    await (await client)?.close();
  };
  return Object.assign(fetch, { close });
}
