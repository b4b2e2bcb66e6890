import { StageError } from '../../../core/run.ts';

/** How a message is framed and where it goes is the client's to say (Fetch standard, forbidden request-headers). */
const FORBIDDEN: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const BAD_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/** Sent unless the request says otherwise. */
const DEFAULTS: Readonly<Record<string, string>> = {
  accept: '*/*',
  'accept-encoding': 'gzip, deflate, br, zstd',
  'user-agent': 'flowmason',
};

/** A request's headers with lower-case names and defaults. Throws StageError `VALIDATION`; values are never shown. */
export function requestHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const result: Record<string, string> = { ...DEFAULTS };
  for (const [name, value] of Object.entries(headers)) {
    const key = name.toLowerCase();
    if (!NAME.test(name)) {
      throw new StageError('VALIDATION', 'invalid_header', `${JSON.stringify(name)} is not a name of a header`);
    }
    if (FORBIDDEN.has(key)) {
      throw new StageError('VALIDATION', 'forbidden_header', `The header ${name} cannot be set`, {
        hint: 'take it out: it is derived from the URL and the body',
      });
    }
    if (BAD_VALUE.test(value)) {
      throw new StageError(
        'VALIDATION',
        'invalid_header',
        `The value of the header ${name} holds a character that headers cannot carry`,
        { hint: 'line breaks and characters beyond Latin-1 must be encoded, for example with `base64` or `urlEncode`' },
      );
    }
    Object.defineProperty(result, key, { value: value.trim(), enumerable: true, configurable: true, writable: true });
  }
  return result;
}

/** A response's headers, several values of one name joined (ports.ts, IncomingResponse). */
export function joinHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ]);
  return Object.fromEntries(entries);
}
