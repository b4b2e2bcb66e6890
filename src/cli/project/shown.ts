import type { Json } from '../../core/json.ts';
import { MASK } from '../../core/mask.ts';
import { printable } from '../../core/quote.ts';

/** Beginnings of well-known keys and tokens. */
const TOKEN = /^(fm_|sk-|pk_|rk_|gh[opsu]_|github_pat_|glpat-|xox[abprs]-|AKIA|ASIA|AIza|eyJ|hvs\.|-----BEGIN)/;
/** Long, in one piece, letters and digits mixed: what people write has vowels, spaces or dots. */
const RANDOM = /^(?=.*[A-Za-z])(?=.*\d)[A-Za-z0-9+/_=-]{24,}$/;
/** Shorter secrets are not shown at all. */
const SHORTEST = 16;

/** A setting's value as it may be shown: what is secret, or looks like it, is never printed whole. */
export function shownValue(value: Json, secret: boolean): string {
  const text = printable(typeof value === 'string' ? value : JSON.stringify(value));
  if (secret || TOKEN.test(text) || RANDOM.test(text)) return shortened(text);
  return withoutPassword(text);
}

function shortened(text: string): string {
  return text.length < SHORTEST ? MASK : `${text.slice(0, 4)}… (${text.length} characters)`;
}

/** `https://user:password@host` without what stands before the `@`. */
function withoutPassword(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/i, `$1${MASK}@`);
}
