import { encodeBase64 } from '../../core/mask.ts';
import { StageError } from '../../core/run.ts';

type Scalar = string | number | boolean | null;

export type Auth =
  | { readonly type: 'bearer'; readonly token: string }
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  | { readonly type: 'header'; readonly name: string; readonly value: string };

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
}

/** Methods that have no body and that a server may see twice without harm. */
export function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** The request that a config describes. Throws StageError `VALIDATION` for a user name that cannot be sent. */
export function buildRequest(config: RequestConfig, idempotencyKey: string): BuiltRequest {
  const { method } = config;
  const { url, auth } = takeUser(config);
  const headers: Record<string, string> = isRead(method) ? {} : { 'idempotency-key': idempotencyKey };
  const [type, body] = encode(config.body);
  if (type !== undefined) headers['content-type'] = type;
  if (auth) headers[auth[0].toLowerCase()] = auth[1];
  for (const [name, value] of Object.entries(config.headers ?? {})) {
    if (value !== null) headers[name.toLowerCase()] = String(value);
  }
  return { url: withQuery(url, config.query ?? {}), method, headers, body };
}

function encode(body: unknown): [type: string | undefined, text: string | undefined] {
  if (body === undefined || body === null) return [undefined, undefined];
  return typeof body === 'string' ? ['text/plain;charset=utf-8', body] : ['application/json', JSON.stringify(body)];
}

/** Adds to the query that the URL has, which stays as it is written: it may be signed. */
function withQuery(url: string, query: NonNullable<RequestConfig['query']>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (typeof value === 'object' && value !== null ? value : [value])
      .filter((one) => one !== null)
      .map((one): [string, string] => [name, String(one)]),
  );
  if (pairs.length === 0) return url;
  const [address = ''] = url.split('#', 1);
  const joint = !address.includes('?') ? '?' : /[?&]$/.test(address) ? '' : '&';
  return `${address}${joint}${new URLSearchParams(pairs)}`;
}

/** Credentials of a URL (`https://user:password@host`) are basic authentication, unless `auth` is written. */
function takeUser({ url, auth }: RequestConfig): { url: string; auth: [name: string, value: string] | undefined } {
  const parsed = URL.parse(url);
  if (!parsed || (parsed.username === '' && parsed.password === '')) return { url, auth: auth && header(auth) };
  const user: Auth = { type: 'basic', username: decode(parsed.username), password: decode(parsed.password) };
  parsed.username = '';
  parsed.password = '';
  return { url: parsed.href, auth: header(auth ?? user) };
}

function header(auth: Auth): [name: string, value: string] {
  switch (auth.type) {
    case 'bearer':
      return ['authorization', `Bearer ${auth.token}`];
    case 'basic':
      return ['authorization', `Basic ${basicCredentials(auth.username, auth.password)}`];
    case 'header':
      return [auth.name, auth.value];
  }
}

function basicCredentials(username: string, password: string): string {
  if (username.includes(':')) {
    throw new StageError('VALIDATION', 'invalid_auth', 'config.auth.username holds a colon, which ends a user name');
  }
  return encodeBase64(new TextEncoder().encode(`${username}:${password}`));
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
