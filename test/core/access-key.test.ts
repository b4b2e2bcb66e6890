import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { KEY_BYTES, makeAccessKey, parseAccessKey } from '../../src/core/access-key.ts';
import fc from '../setup/property.ts';

const bytes = fc.uint8Array({ minLength: KEY_BYTES, maxLength: KEY_BYTES });

describe('a key', () => {
  it('says which environment it is of, and ends with a CRC-32 of what stands before', () => {
    const { key, id } = makeAccessKey('eu-production', new Uint8Array(KEY_BYTES));
    expect(key).toBe(`fm_eu-production_aaaaaaaa_${'a'.repeat(32)}_${key.slice(-8)}`);
    expect(Number.parseInt(key.slice(-8), 16)).toBe(crc32(key.slice(0, -9)));
    expect(parseAccessKey(key)).toEqual({ environment: 'eu-production', id });
  });

  it('holds every bit of the chance that it is made of', () => {
    fc.assert(
      fc.property(bytes, fc.nat({ max: KEY_BYTES * 8 - 1 }), (chance, bit) => {
        const other = chance.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
        expect(makeAccessKey('staging', other).key).not.toBe(makeAccessKey('staging', chance).key);
      }),
    );
  });

  it('is known to be mistyped when any one character is wrong, or two have changed places', () => {
    fc.assert(
      fc.property(bytes, fc.nat(), fc.constantFrom(...'abcdefgh234567_-A 0'), (chance, place, wrong) => {
        const { key } = makeAccessKey('staging', chance);
        const at = place % key.length;
        const typed = key.slice(0, at) + wrong + key.slice(at + 1);
        if (typed !== key) expect(parseAccessKey(typed)).toBeUndefined();
        const swapped = key.slice(0, at) + key.charAt(at + 1) + key.charAt(at) + key.slice(at + 2);
        if (swapped !== key) expect(parseAccessKey(swapped)).toBeUndefined();
      }),
    );
  });

  it.each(['', 'fm_', 'Bearer x', 'fm__a_b_c', `fm_staging_${'a'.repeat(100_000)}`, '\0', 'fm_staging_aaaaaaaa_x_0'])(
    'is not %j',
    (text) => {
      expect(parseAccessKey(text)).toBeUndefined();
    },
  );
});
