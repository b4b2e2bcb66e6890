import { fail } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import { quote } from '../../core/quote.ts';
import { parseJson, textOf } from '../http/body.ts';

/**
 * What `trigger.body` is: JSON as it is, a form as an object of texts, text as text, nothing as null. Throws FlowMasonError
 * `BODY_INVALID`, `CONTENT_TYPE`.
 */
export function hookBody(bytes: Uint8Array, headers: Headers): Json {
  const encoding = headers.get('content-encoding');
  if (encoding !== null && encoding !== 'identity') {
    fail('CONTENT_TYPE', `The body has to be sent without compression, found ${quote(encoding)}`);
  }
  if (bytes.length === 0) return null;
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  // What was parsed as JSON is JSON.
  if (type === 'application/json' || type.endsWith('+json')) return parseJson(bytes) as Json;
  if (type === 'application/x-www-form-urlencoded') return valuesOf(new URLSearchParams(textOf(bytes)));
  if (type === '' || type.startsWith('text/')) return textOf(bytes);
  return fail('CONTENT_TYPE', `The body has to be JSON, a form or text, found ${quote(type)}`);
}

/** Texts by name; of a name that is given several times all. */
export function valuesOf(values: URLSearchParams): Record<string, Json> {
  const lists = new Map<string, string[]>();
  for (const [name, value] of values) lists.set(name, [...(lists.get(name) ?? []), value]);
  // Own members, whatever they are called.
  return Object.fromEntries([...lists].map(([name, list]) => [name, list.length === 1 ? (list[0] ?? '') : list]));
}

/** Headers that tell who calls, or prove it: no pipeline gets them. */
const WITHHELD = ['authorization', 'proxy-authorization', 'cookie', 'x-api-key', 'x-hub-signature'];

/** `trigger.headers`: lower-case names, without what is as good as a key. `signature` is the header that proves the call. */
export function shownHeaders(headers: Headers, signature: string | undefined): Record<string, string> {
  const withheld = new Set([...WITHHELD, 'x-hub-signature-256', 'stripe-signature', signature?.toLowerCase()]);
  return Object.fromEntries([...headers].filter(([name]) => !withheld.has(name)));
}
