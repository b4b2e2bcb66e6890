import { type Auth, type Credentials, credentials, takeUser } from './credentials.ts';

type Scalar = string | number | boolean | null;

/** What a config says about the request itself. */
export interface RequestConfig {
  readonly url: string;
  readonly method: string;
  readonly headers?: Readonly<Record<string, Scalar>> | undefined;
  readonly query?: Readonly<Record<string, Scalar | readonly Scalar[]>> | undefined;
  readonly body?: unknown;
  readonly auth?: Auth | undefined;
}

export interface BuiltRequest {
  readonly url: string;
  readonly method: string;
  /** Lower-case names. */
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
  readonly credentials: Credentials | undefined;
}

/** Methods that send no body and need no key to be repeated. */
export function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** The request that a config describes. Throws StageError `VALIDATION` for credentials that cannot be sent. */
export function buildRequest(config: RequestConfig, idempotencyKey: string): BuiltRequest {
  const { method } = config;
  const { url, auth } = takeUser(config.url);
  const user = config.auth ?? auth;
  const given = user && credentials(user);
  const headers: Record<string, string> = isRead(method) ? {} : { 'idempotency-key': idempotencyKey };
  const { type, text } = encodeBody(config.body);
  if (type !== undefined) headers['content-type'] = type;
  if (given) headers[given.name] = given.value;
  for (const [name, value] of Object.entries(config.headers ?? {})) {
    if (value !== null) headers[name.toLowerCase()] = String(value);
  }
  return { url: withQuery(url, config.query ?? {}), method, headers, body: text, credentials: given };
}

function encodeBody(body: unknown): { readonly type?: string; readonly text?: string } {
  if (body === undefined || body === null) return {};
  if (typeof body === 'string') return { type: 'text/plain;charset=utf-8', text: body };
  return { type: 'application/json', text: JSON.stringify(body) };
}

/** Adds to the query that the URL has, which stays as it is written: it may be signed. */
function withQuery(url: string, query: NonNullable<RequestConfig['query']>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (typeof value === 'object' && value !== null ? value : [value])
      .filter((one) => one !== null)
      .map((one) => `${encode(name)}=${encode(String(one))}`),
  );
  if (pairs.length === 0) return url;
  const [address = ''] = url.split('#', 1);
  const joint = !address.includes('?') ? '?' : /[?&]$/.test(address) ? '' : '&';
  return `${address}${joint}${pairs.join('&')}`;
}

/** Half of a surrogate pair has no form in a URL. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
