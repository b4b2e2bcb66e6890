import { isObject, type Json, own } from '../../core/json.ts';
import type { Fetch, IncomingResponse } from '../../core/ports.ts';
import { StageError } from '../../core/run.ts';
import type { MockBook } from './mock-book.ts';

/** A way out that leads nowhere: what components ask is answered by the mock `fetch`, or is told to `onMissing`. */
export function mockedFetch(book: MockBook, onMissing: (method: string, url: string) => void): Fetch {
  let requests = 0;
  return async ({ method, url }) => {
    const mock = book.fetch;
    if (!mock) {
      onMissing(method, url);
      throw new StageError('CONFIGURATION', 'mock_missing', `${method} ${url} would leave the machine`);
    }
    return responseOf(book.answer(mock, 'fetch', ++requests).output);
  };
}

/** `{status, headers, body}` as a response; a body that is no text is JSON. */
function responseOf(output: Json): IncomingResponse {
  const fields = isObject(output) ? output : {};
  const body = own(fields, 'body') as Json | undefined; // a member of a JSON object
  const given = own(fields, 'headers');
  const status = own(fields, 'status');
  const isText = typeof body === 'string';
  const text = body === undefined ? '' : isText ? body : JSON.stringify(body);
  const headers = new Map([['content-type', isText ? 'text/plain; charset=utf-8' : 'application/json']]);
  for (const [name, value] of Object.entries(isObject(given) ? given : {}))
    headers.set(name.toLowerCase(), String(value));
  return {
    status: typeof status === 'number' ? status : 200,
    headers: Object.fromEntries(headers),
    body: new TextEncoder().encode(text),
    elapsed_ms: 0,
  };
}
