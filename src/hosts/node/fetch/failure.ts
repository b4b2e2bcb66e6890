import { shownUrl } from '../../../components/http/shown-url.ts';
import { type ErrorType, StageError } from '../../../core/run.ts';
import type { Hop } from './hop.ts';

interface Reason {
  readonly type?: ErrorType;
  readonly code: string;
  /** Follows the request and the host: `GET … (host:port): `. */
  readonly text: string;
  readonly hint?: string;
}

const UNREACHABLE: Reason = { code: 'host_unreachable', text: 'there is no way to the host' };
const RESET: Reason = { code: 'connection_reset', text: 'the connection was reset' };
const DNS: Reason = { code: 'dns_failed', text: 'the name could not be resolved' };
const CLOSED: Reason = { type: 'CANCELLED', code: 'client_closed', text: 'the HTTP client was closed' };
const SLOW: Reason = { code: 'connect_timeout', text: 'the connection could not be made in time' };
const CUT: Reason = { code: 'incomplete_response', text: 'the response ended before it was complete' };
const MALFORMED: Reason = { code: 'malformed_response', text: 'the answer is not HTTP/1.1' };
const TLS: Reason = {
  code: 'tls_failed',
  text: 'TLS could not be agreed on',
  hint: 'does the port speak TLS? `http://` goes without',
};
const CERTIFICATE: Reason = {
  code: 'tls_certificate',
  text: 'the certificate is not trusted',
  hint: 'for an authority of your own: `export NODE_EXTRA_CA_CERTS=/path/to/ca.pem`',
};
const CODING: Reason = { code: 'invalid_compression', text: 'the body is not compressed as its content-encoding says' };
const UNSENDABLE: Reason = { type: 'VALIDATION', code: 'invalid_request', text: 'the request cannot be sent' };

/** By the code of the error of Node or of the client. */
const REASONS: Readonly<Record<string, Reason>> = {
  ENOTFOUND: { code: 'host_not_found', text: 'there is no such host', hint: 'check the name in the URL' },
  ECONNREFUSED: { code: 'connection_refused', text: 'the connection was refused', hint: 'is the server running?' },
  ECONNRESET: RESET,
  ECONNABORTED: RESET,
  EPIPE: RESET,
  ETIMEDOUT: SLOW,
  UND_ERR_CONNECT_TIMEOUT: SLOW,
  EHOSTUNREACH: UNREACHABLE,
  EHOSTDOWN: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ENETDOWN: UNREACHABLE,
  EADDRNOTAVAIL: UNREACHABLE,
  EPROTO: TLS,
  UND_ERR_SOCKET: { code: 'connection_closed', text: 'the connection was closed before an answer came' },
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: CUT,
  UND_ERR_HEADERS_OVERFLOW: {
    type: 'QUOTA',
    code: 'headers_too_large',
    text: 'the headers of the answer are too large',
  },
  UND_ERR_HEADERS_TIMEOUT: { type: 'TIMEOUT', code: 'headers_timeout', text: 'the headers did not come in time' },
  ABORT_ERR: CLOSED,
  UND_ERR_DESTROYED: CLOSED,
  UND_ERR_CLOSED: CLOSED,
  UND_ERR_INVALID_ARG: UNSENDABLE,
  UND_ERR_NOT_SUPPORTED: UNSENDABLE,
  Z_BUF_ERROR: { ...CODING, text: 'the compressed body ends too early' },
};

const BY_PREFIX: readonly (readonly [RegExp, Reason])[] = [
  [/^(EAI_|ENODATA$|ESERVFAIL$)/, DNS],
  [/^(Z_|ZSTD_|ERR__ERROR_|ERR_BROTLI)/, CODING],
  [
    /^(ERR_TLS_CERT|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/,
    CERTIFICATE,
  ],
  [/^(ERR_TLS|ERR_SSL|ERR_OSSL)/, TLS],
];

/**
 * What went wrong on the way, with host and port (PIPELINES.md 4, error types). `phase`: whether the answer's body had
 * begun. A StageError stays itself.
 */
export function toStageError(error: unknown, hop: Hop, phase: 'head' | 'body'): StageError {
  if (error instanceof StageError) return error;
  const code = codeOf(error);
  const { type = 'CONNECTIVITY', code: ours, text, hint } = reasonOf(code, error, phase);
  const place = `${hop.url.hostname}:${hop.url.port || (hop.url.protocol === 'https:' ? 443 : 80)}`;
  const message = `${hop.method} ${shownUrl(hop.url)} failed (${place}): ${text}${code === '' ? '' : ` (${code})`}`;
  return new StageError(type, ours, message, { hint, cause: error });
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

function reasonOf(code: string, error: unknown, phase: 'head' | 'body'): Reason {
  const { name, message } = error instanceof Error ? error : { name: '', message: '' };
  if (name === 'HTTPParserError') return MALFORMED;
  if (phase === 'body' && code === 'UND_ERR_SOCKET') return CUT;
  // A length that is none, or a status that does not belong here.
  if (phase === 'head' && code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') return MALFORMED;
  if (code === 'UND_ERR_SOCKET' && message.startsWith('bad ')) return MALFORMED;
  const known = Object.hasOwn(REASONS, code) ? REASONS[code] : BY_PREFIX.find(([prefix]) => prefix.test(code))?.[1];
  return known ?? { code: 'request_failed', text: message || 'for an unknown reason' };
}
