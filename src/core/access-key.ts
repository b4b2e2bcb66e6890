/** What a key says of itself (DEPLOYMENT.md 5): `fm_<env>_<id>_<random>_<crc>`. */
export interface AccessKey {
  readonly environment: string;
  /** May be shown: it names the key in lists, and nobody can call with it. */
  readonly id: string;
}

/** Bytes of chance that a key is made of. */
export const KEY_BYTES = 25;

const ID_BYTES = 5;
const FORM = /^fm_([a-z][a-z0-9]*(?:-[a-z0-9]+)*)_([a-z2-7]{8})_([a-z2-7]{32})_([0-9a-f]{8})$/;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/** A new key of an environment, out of `KEY_BYTES` bytes that nobody can guess. */
export function makeAccessKey(environment: string, chance: Uint8Array): AccessKey & { readonly key: string } {
  const id = base32(chance.subarray(0, ID_BYTES));
  const body = `fm_${environment}_${id}_${base32(chance.subarray(ID_BYTES, KEY_BYTES))}`;
  return { environment, id, key: `${body}_${checksum(body)}` };
}

/** Undefined for what is no key, or one that was mistyped. Whether a server knows it is for the server to say. */
export function parseAccessKey(key: string): AccessKey | undefined {
  const [, environment, id, , crc = ''] = FORM.exec(key) ?? [];
  if (environment === undefined || id === undefined) return undefined;
  if (crc !== checksum(key.slice(0, -1 - crc.length))) return undefined;
  return { environment, id };
}

/** RFC 4648, lower case. Takes a multiple of five bytes, so there is no padding. */
function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += LETTERS.charAt((value >> (bits - 5)) & 31);
  }
  return text;
}

/** CRC-32 as zlib has it, 8 hex digits. */
function checksum(text: string): string {
  let crc = ~0;
  for (let i = 0; i < text.length; i++) {
    crc ^= text.charCodeAt(i);
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (~crc >>> 0).toString(16).padStart(8, '0');
}
