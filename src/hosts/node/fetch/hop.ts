import type { Dispatcher } from 'undici';
import { shownUrl } from '../../../components/http/shown-url.ts';
import type { OutgoingRequest } from '../../../core/ports.ts';
import { StageError } from '../../../core/run.ts';
import { requestHeaders } from './headers.ts';

/** One request of a chain of redirects. */
export interface Hop {
  readonly url: URL;
  readonly method: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
}

const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** They would make a proxy of the other side, or echo credentials (Fetch standard, forbidden methods). */
const FORBIDDEN_METHODS: ReadonlySet<string> = new Set(['CONNECT', 'TRACE', 'TRACK']);

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Headers that go along to another origin. Any other one may be a credential: an API key has no name that tells.
 */
const HARMLESS: ReadonlySet<string> = new Set([
  'accept',
  'accept-charset',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'content-encoding',
  'content-language',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'pragma',
  'prefer',
  'range',
  'traceparent',
  'tracestate',
  'user-agent',
]);

/** The first request. Throws StageError `VALIDATION` for what cannot be sent, `SECURITY` for another scheme. */
export function firstHop({ url: text, method, headers, body }: OutgoingRequest): Hop {
  const url = URL.parse(text);
  if (!url) {
    throw new StageError('VALIDATION', 'invalid_url', 'The URL is not valid', {
      hint: 'write all of it, scheme and host too: `https://api.example.com/orders`',
    });
  }
  checkScheme(url);
  if (url.username !== '' || url.password !== '') {
    throw new StageError('VALIDATION', 'invalid_url', `The URL ${shownUrl(url)} holds a user or a password`, {
      hint: 'send them as a header: `Authorization: Basic …`',
    });
  }
  if (!METHOD.test(method) || FORBIDDEN_METHODS.has(method.toUpperCase())) {
    throw new StageError('VALIDATION', 'invalid_request', `The method ${JSON.stringify(method)} cannot be sent`);
  }
  return { url, method, headers: requestHeaders(headers), body };
}

/**
 * The request that a response redirects to; undefined when it does not (Fetch standard, HTTP-redirect fetch). Throws
 * StageError `COMPONENT` for a place that is not a URL, `SECURITY` for another scheme.
 */
export function redirectOf(
  hop: Hop,
  response: Pick<Dispatcher.ResponseData, 'statusCode' | 'headers'>,
): Hop | undefined {
  const { location } = response.headers;
  const place = Array.isArray(location) ? location[0] : location;
  const status = response.statusCode;
  if (!REDIRECTS.has(status) || place === undefined) return undefined;
  // The header came as Latin-1; most servers write UTF-8.
  const url = URL.parse(Buffer.from(place, 'latin1').toString('utf8'), hop.url.href);
  if (!url) {
    throw new StageError(
      'COMPONENT',
      'invalid_redirect',
      `${hop.method} ${shownUrl(hop.url)} answered ${status} with a Location that is not a URL`,
    );
  }
  checkScheme(url, hop);
  const toGet = (status === 303 && hop.method !== 'HEAD') || (status <= 302 && hop.method === 'POST');
  const sameOrigin = url.origin === hop.url.origin;
  const headers = Object.entries(hop.headers).filter(
    ([name]) => (sameOrigin || HARMLESS.has(name)) && !(toGet && name.startsWith('content-')),
  );
  url.username = '';
  url.password = '';
  return {
    url,
    method: toGet ? 'GET' : hop.method,
    headers: Object.fromEntries(headers),
    body: toGet ? undefined : hop.body,
  };
}

function checkScheme(url: URL, from?: Hop): void {
  if (url.protocol === 'http:' || url.protocol === 'https:') return;
  const scheme = url.protocol.slice(0, -1);
  const message = from ? `${from.method} ${shownUrl(from.url)} was redirected to a URL` : 'The URL has';
  throw new StageError(
    'SECURITY',
    'scheme_not_allowed',
    from ? `${message} with the scheme ${scheme}` : `${message} the scheme ${scheme}`,
    { hint: 'only http and https are sent' },
  );
}
