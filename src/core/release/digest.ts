import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Json } from '../json.ts';
import { canonicalJson } from './canonical.ts';

/**
 * The identity of a release or of a pipeline: SHA-256 over its canonical JSON, as 64 lower-case hexadecimal digits.
 * Nothing stands before them: the manifest's `format` says which function they come from, and bare digits go into URLs,
 * file names and short forms as they are.
 */
export type Digest = string;

export const DIGEST = /^[0-9a-f]{64}$/;

/** Throws what `canonicalJson` throws. */
export function digestOf(value: Json): Digest {
  return bytesToHex(sha256(utf8ToBytes(canonicalJson(value))));
}
