import type { Digest } from './digest.ts';

/** Digits of a digest that people see: enough to tell the releases of a company apart. */
const SHOWN = 12;

export function shortDigest(digest: Digest): string {
  return digest.slice(0, SHOWN);
}
