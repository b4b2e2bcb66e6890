import type { Json } from '../json.ts';
import { sha256Hex } from '../sha256.ts';
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
  return sha256Hex(canonicalJson(value));
}
