/** Crockford's base32: no letter that looks like a digit, and text order is number order. */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_DIGITS = 9;
const FORM = /^[0-9a-hjkmnp-tv-z]{16}$/;

/** Bytes of chance in a run's id. */
export const RUN_ID_BYTES = 7;

/** A run's id: nine characters of milliseconds, seven of chance. Sortable by time, not to be guessed. */
export function runIdOf(now: number, chance: Uint8Array): string {
  let id = '';
  for (let rest = Math.floor(now); id.length < TIME_DIGITS; rest = Math.floor(rest / 32)) id = DIGITS[rest % 32] + id;
  for (const byte of chance.subarray(0, RUN_ID_BYTES)) id += DIGITS[byte % 32];
  return id;
}

export function isRunId(text: string): boolean {
  return FORM.test(text);
}
