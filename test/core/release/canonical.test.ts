import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import canonicalize from 'canonicalize';
import { describe, expect, test } from 'vitest';
import { FlowMasonError } from '../../../src/core/errors.ts';
import type { Json } from '../../../src/core/json.ts';
import { canonicalJson } from '../../../src/core/release/canonical.ts';
import { DIGEST, digestOf } from '../../../src/core/release/digest.ts';
import { parseSource } from '../../../src/core/source/parse.ts';
import fc from '../../setup/property.ts';

/** The double of 16 hexadecimal digits, as RFC 8785 prints it. */
function double(bits: string): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${bits}`));
  return view.getFloat64(0);
}

function refusal(value: unknown): string {
  try {
    // What it takes is a promise that these tests break.
    canonicalJson(value as Json);
  } catch (error) {
    if (error instanceof FlowMasonError) return `${error.code} ${error.message}`;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('RFC 8785', () => {
  test('3.2.2: the sample object', () => {
    const text = String.raw`{
  "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
  "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
  "literals": [null, true, false]
}`;
    const { value } = parseSource(text);
    expect(canonicalJson(value as Json)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
    // 3.2.4 prints the bytes of the end.
    expect(Buffer.from(canonicalJson(value as Json)).toString('hex')).toMatch(
      /22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d$/,
    );
  });

  test('3.2.3: keys are sorted by UTF-16 units', () => {
    const { value } = parseSource(String.raw`{
  "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
  "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis" }`);
    expect([...canonicalJson(value as Json).matchAll(/:"([^"]+)"/g)].map(([, name]) => name)).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  test.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('appendix B: %s is %s', (bits, text) => {
    expect(canonicalJson(double(bits))).toBe(text);
    expect(parseSource(text).problems).toEqual([]);
  });

  test.each([
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ])('appendix B: %s would be %s, whose digits nobody can trust, and is refused here as in files', (bits, text) => {
    expect(canonicalize(double(bits))).toBe(text);
    expect(refusal(double(bits))).toMatch(/^UNSAFE_NUMBER .*2\^53 - 1/);
    expect(parseSource(text).problems).toMatchObject([{ code: 'UNSAFE_NUMBER' }]);
  });
});

describe('what has no canonical form', () => {
  const deep = (levels: number): unknown => {
    let value: unknown = 1;
    for (let i = 0; i < levels; i++) value = [value];
    return value;
  };
  const circle: unknown[] = [];
  circle.push(circle);

  test.each([
    ['NaN', { a: [1, Number.NaN] }, 'UNSAFE_NUMBER NaN is not a JSON number at a[1]'],
    ['infinity', Number.POSITIVE_INFINITY, 'UNSAFE_NUMBER Infinity is not a JSON number'],
    [
      'an integer that lost digits',
      { stages: [{ 'my key': 2 ** 53 }] },
      'UNSAFE_NUMBER 9007199254740992 is beyond 9007199254740991 (2^53 - 1), where integers lose digits at stages[0]["my key"]',
    ],
    [
      'half of a pair',
      { a: '\ud83d' },
      'INVALID_JSON A string holds half of a surrogate pair, which has no UTF-8 form at a',
    ],
    [
      'half of a pair in a key',
      { a: { '\udc00': 1 } },
      'INVALID_JSON A string holds half of a surrogate pair, which has no UTF-8 form at a',
    ],
    ['undefined', { a: undefined }, 'WRONG_TYPE Expected JSON, found a value of type undefined at a'],
    ['a gap', Array(1), 'WRONG_TYPE Expected JSON, found a value of type undefined at [0]'],
    ['a function', [() => 1], 'WRONG_TYPE Expected JSON, found a value of type function at [0]'],
    ['a bigint', { a: 1n }, 'WRONG_TYPE Expected JSON, found a value of type bigint at a'],
    ['a date', { a: new Date(0) }, 'WRONG_TYPE Expected JSON, found an object that is not plain at a'],
    ['a map', new Map([['a', 1]]), 'WRONG_TYPE Expected JSON, found an object that is not plain'],
    ['too deep', deep(257), 'NESTING_TOO_DEEP Expected at most 256 levels of nesting in JSON'],
    ['much too deep', deep(1_000_000), 'NESTING_TOO_DEEP Expected at most 256 levels of nesting in JSON'],
    ['a circle', circle, 'NESTING_TOO_DEEP Expected at most 256 levels of nesting in JSON'],
  ])('%s', (_what, value, message) => {
    expect(refusal(value)).toBe(message);
  });

  test('the last that is allowed', () => {
    expect(canonicalJson(deep(256) as Json)).toBe(`${'['.repeat(256)}1${']'.repeat(256)}`);
    expect(canonicalJson([2 ** 53 - 1, -(2 ** 53) + 1, 1e21, -0])).toBe('[9007199254740991,-9007199254740991,1e+21,0]');
  });
});

describe('a canonical text', () => {
  test('has keys that objects inherit or programs mistake, as data', () => {
    const value: Json = JSON.parse(
      '{ "toJSON": 1, "constructor": { "prototype": 2 }, "__proto__": { "toString": 3 } }',
    );
    expect(canonicalJson(value)).toBe('{"__proto__":{"toString":3},"constructor":{"prototype":2},"toJSON":1}');
    expect(({} as { toString: unknown }).toString).toBe(Object.prototype.toString);
  });

  test('is read back as the same value, and is its own canonical text', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (json) => {
        const source = parseSource(json);
        if (source.value === undefined || source.problems.length > 0) return;
        const text = canonicalJson(source.value);
        const again = parseSource(text);
        expect(again.problems).toEqual([]);
        expect(canonicalJson(again.value as Json)).toBe(text);
      }),
    );
  });

  const file = '../shared/data/naughty/blns.json';
  const naughty: string[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  test.skipIf(naughty.length === 0)('of naughty strings keeps each of them, as value and as key', () => {
    for (const text of naughty) {
      const value: Json = Object.fromEntries([[text, text]]);
      expect(Object.entries(JSON.parse(canonicalJson(value)))).toEqual([[text, text]]);
    }
  });
});

describe('a digest', () => {
  test.each([
    [{}, '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'],
    ['', '12ae32cb1ec02d01eda3581b127c1fee3b0dc53572ed6baf239721a03d82e126'],
    ['€', digestOfText('"€"')],
  ])('of %j is SHA-256 of its canonical text', (value, digest) => {
    expect(digestOf(value)).toBe(digest);
    expect(digestOf(value)).toMatch(DIGEST);
  });

  test('does not depend on key order and formatting, but on everything else', () => {
    const entries = fc.uniqueArray(fc.tuple(fc.string({ unit: 'grapheme' }), fc.jsonValue()), {
      selector: ([key]) => key,
    });
    fc.assert(
      fc.property(entries, fc.nat({ max: 8 }), (list, indent) => {
        const forth = Object.fromEntries(list) as Json;
        const back = Object.fromEntries([...list].reverse()) as Json;
        let text: string;
        try {
          text = canonicalJson(forth);
        } catch {
          return;
        }
        expect(digestOf(back)).toBe(digestOf(forth));
        expect(digestOf(JSON.parse(JSON.stringify(back, null, indent)))).toBe(digestOf(forth));
        expect(digestOf([forth])).not.toBe(digestOf(forth));
        expect(digestOf(forth)).toBe(digestOfText(text));
      }),
    );
    expect(digestOf([1, 2])).not.toBe(digestOf([2, 1]));
  });
});

/** By the machine's own implementation. */
function digestOfText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
