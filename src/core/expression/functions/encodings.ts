import { hmac } from '@noble/hashes/hmac.js';
import { sha256 as digest } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { encodeBase64 } from '../../mask.ts';
import { DATA_DEPTH } from '../../measure.ts';
import { Secret } from '../../secret.ts';
import { type Evaluation, limit } from '../evaluation.ts';
import { fault } from '../fault.ts';
import { jsonText, textOf } from '../result.ts';
import type { Call, Signature } from '../tree.ts';
import { kindOf } from '../values.ts';
import { refuseArgument, textArgument } from './arguments.ts';
import { isExact } from './exact.ts';

const json: Signature = {
  name: 'json',
  form: 'json(x)',
  least: 1,
  most: 1,
  kind: 'text',
  run: (evaluation, _call, value) => jsonText(evaluation, value),
};

const parseJson: Signature = {
  name: 'parseJson',
  form: 'parseJson(s)',
  least: 1,
  most: 1,
  kind: 'any',
  run(evaluation, call, value) {
    const text = textArgument(call, 0, value);
    evaluation.spend(1 + (text.length >> 3));
    evaluation.build(text.length);
    refuseDepth(text);
    try {
      // Looking at every number would cost more than the parsing: only where one may be too long or too large.
      return /\d{16}|[eE]\+?\d{3}/.test(text) ? JSON.parse(text, exact(call)) : JSON.parse(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return fault(
        'invalid_argument',
        `${call.args[0]?.text} is text that is not JSON: ${shorten(error.message)}`,
        call,
      );
    }
  },
};

/** Counts brackets: data that nests deeper than anything may is not worth building. */
function refuseDepth(text: string): void {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x22) {
      for (i++; i < text.length && text.charCodeAt(i) !== 0x22; i++) if (text.charCodeAt(i) === 0x5c) i++;
    } else if (unit === 0x5b || unit === 0x7b) {
      if (++depth > DATA_DEPTH) limit(`The JSON is nested deeper than ${DATA_DEPTH} levels`);
    } else if (unit === 0x5d || unit === 0x7d) depth--;
  }
}

/** Refuses numbers that JSON.parse would silently change. */
function exact(call: Call): (key: string, value: unknown, context?: { source?: string }) => unknown {
  return (_key, value, context) => {
    if (typeof value !== 'number') return value;
    const written = shorten(context?.source ?? '');
    if (!Number.isFinite(value)) return fault('not_finite', `${written} is larger than numbers can be`, call);
    if (isExact(value, written)) return value;
    return fault('invalid_argument', `${written} is a whole number that would not be exact`, call);
  };
}

function shorten(message: string): string {
  return message.length > 120 ? `${message.slice(0, 119)}…` : message;
}

const base64: Signature = {
  name: 'base64',
  form: 'base64(s)',
  least: 1,
  most: 1,
  kind: 'text',
  secrets: true,
  run(evaluation, call, value) {
    return derive([value], () => {
      const bytes = bytesOf(evaluation, call, 0, value);
      evaluation.build(bytes.length * 1.4);
      return encodeBase64(bytes);
    });
  },
};

/** Text, or bytes where they are not UTF-8. Both alphabets are read, with and without `=`. */
const base64Decode: Signature = {
  name: 'base64Decode',
  form: 'base64Decode(s)',
  least: 1,
  most: 1,
  kind: 'any',
  run(evaluation, call, value) {
    const text = textArgument(call, 0, value);
    evaluation.spend(1 + (text.length >> 3));
    evaluation.build(text.length);
    let binary: string;
    try {
      binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    } catch {
      return fault('invalid_argument', `${call.args[0]?.text} is text that is not base64`, call);
    }
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return bytes;
    }
  },
};

const sha256: Signature = {
  name: 'sha256',
  form: 'sha256(s)',
  least: 1,
  most: 1,
  kind: 'text',
  secrets: true,
  run: (evaluation, call, value) => derive([value], () => bytesToHex(digest(bytesOf(evaluation, call, 0, value)))),
};

const hmacSha256: Signature = {
  name: 'hmacSha256',
  form: 'hmacSha256(key, s)',
  least: 2,
  most: 2,
  kind: 'text',
  secrets: true,
  run(evaluation, call, key, value) {
    return derive([key, value], () => {
      const [secret, message] = [bytesOf(evaluation, call, 0, key), bytesOf(evaluation, call, 1, value)];
      return bytesToHex(hmac(digest, secret, message));
    });
  },
};

function bytesOf(evaluation: Evaluation, call: Call, index: number, value: unknown): Uint8Array {
  const open = value instanceof Secret ? Secret.reveal(value) : value;
  const bytes = open instanceof Uint8Array ? open : new TextEncoder().encode(textArgument(call, index, open));
  evaluation.spend(10 + (bytes.length >> 4));
  return bytes;
}

/** What is made of secrets is a secret again. */
function derive(sources: readonly unknown[], make: () => string): string | Secret {
  const secrets = sources.filter((source) => source instanceof Secret);
  const made = make();
  return secrets.length === 0 ? made : new Secret(made, [...new Set(secrets.flatMap((secret) => secret.names))]);
}

const urlEncode: Signature = {
  name: 'urlEncode',
  form: 'urlEncode(s)',
  least: 1,
  most: 1,
  kind: 'text',
  run(evaluation, call, value) {
    const kind = kindOf(value);
    if (kind !== 'text' && kind !== 'number' && kind !== 'boolean') return refuseArgument(call, 0, value, 'text');
    const text = textOf(evaluation, value);
    evaluation.spend(1 + (text.length >> 4));
    if (!text.isWellFormed()) fault('invalid_argument', `${call.args[0]?.text} holds half a character`, call);
    const encoded = encodeURIComponent(text);
    evaluation.build(encoded.length);
    return encoded;
  },
};

const uuid: Signature = {
  name: 'uuid',
  form: 'uuid()',
  least: 0,
  most: 0,
  kind: 'text',
  varies: true,
  run(evaluation) {
    evaluation.spend(30);
    const { uuids } = evaluation.environment;
    const hash = digest(new TextEncoder().encode(`${uuids.seed}\n${uuids.count++}`)).slice(0, 16);
    // RFC 9562: version 4, a pseudo-random one; the seed is the run and the path, so a repeat gives the same.
    hash[6] = ((hash[6] as number) & 0x0f) | 0x40;
    hash[8] = ((hash[8] as number) & 0x3f) | 0x80;
    return bytesToHex(hash).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  },
};

export const ENCODING_FUNCTIONS: readonly Signature[] = [
  json,
  parseJson,
  base64,
  base64Decode,
  sha256,
  hmacSha256,
  urlEncode,
  uuid,
];
