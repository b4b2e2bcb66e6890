import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../src/core/expression/compile.ts';
import { compileTemplate } from '../../src/core/expression/template.ts';
import type { Json } from '../../src/core/json.ts';
import { StageError } from '../../src/core/run.ts';
import fc from '../setup/property.ts';
import { evaluate, resolve, world } from './expression-world.ts';

const unicode = fc.string({ unit: 'grapheme', maxLength: 40 });
const anyText = fc.oneof(unicode, fc.string({ unit: 'binary', maxLength: 40 }));
const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const json = fc.jsonValue({ maxDepth: 4, stringUnit: 'grapheme' }) as fc.Arbitrary<Json>;

/** A literal of the language for a JSON value. */
function literal(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'number')
    return Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value) : `double("${value}")`;
  return JSON.stringify(value);
}

describe('arithmetic and logic agree with JavaScript', () => {
  /** An expression as text, and what it is: undefined where it must fail. */
  interface Sum {
    text: string;
    value: number | boolean | undefined;
  }
  const leaf: fc.Arbitrary<Sum> = fc.oneof(
    fc.integer({ min: -100, max: 100 }).map((value) => ({ text: value < 0 ? `(${value})` : `${value}`, value })),
    fc.constantFrom<Sum>(
      { text: 'input.x', value: 7 },
      { text: 'input.y', value: -2.5 },
      { text: 'input.none', value: undefined },
    ),
    fc.boolean().map((value) => ({ text: `${value}`, value })),
  );
  const numbers = (a: Sum, b: Sum, make: (a: number, b: number) => number): number | undefined => {
    if (typeof a.value !== 'number' || typeof b.value !== 'number') return undefined;
    const made = make(a.value, b.value);
    return Number.isFinite(made) ? made + 0 : undefined;
  };
  const { tree } = fc.letrec<{ tree: Sum }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaf,
      fc.tuple(fc.constantFrom('+', '-', '*', '/', '%'), tie('tree'), tie('tree')).map(([operator, a, b]) => ({
        text: `(${a.text} ${operator} ${b.text})`,
        value: numbers(a, b, (x, y) => {
          switch (operator) {
            case '+':
              return x + y;
            case '-':
              return x - y;
            case '*':
              return x * y;
            case '/':
              return y === 0 ? Number.NaN : x / y;
            default:
              return y === 0 ? Number.NaN : x % y;
          }
        }),
      })),
      fc.tuple(fc.constantFrom('<', '>='), tie('tree'), tie('tree')).map(([operator, a, b]) => {
        const kinds = a.value !== undefined && typeof a.value === typeof b.value;
        const less = kinds && (a.value as number) < (b.value as number);
        return {
          text: `(${a.text} ${operator} ${b.text})`,
          value: kinds ? (operator === '<' ? less : !less) : undefined,
        };
      }),
      fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => ({
        text: `(${a.text} == ${b.text})`,
        value: a.value === undefined || b.value === undefined ? undefined : a.value === b.value,
      })),
      fc.tuple(fc.constantFrom('&&', '||'), tie('tree'), tie('tree')).map(([operator, a, b]) => {
        const decisive = operator === '||';
        const known = typeof a.value === 'boolean' && typeof b.value === 'boolean';
        const value = a.value === decisive || b.value === decisive ? decisive : known ? !decisive : undefined;
        return { text: `(${a.text} ${operator} ${b.text})`, value };
      }),
      fc.tuple(tie('tree'), tie('tree'), tie('tree')).map(([test, a, b]) => ({
        text: `(${test.text} ? ${a.text} : ${b.text})`,
        value: test.value === true ? a.value : test.value === false ? b.value : undefined,
      })),
      tie('tree').map((a) => ({ text: `!${a.text}`, value: typeof a.value === 'boolean' ? !a.value : undefined })),
    ),
  }));

  it('whatever is put together', () => {
    fc.assert(
      fc.property(tree, ({ text, value }) => {
        const compiled = compileExpression(text);
        if (!compiled.ok) return expect(compiled.problems[0]?.code).toBe('limit_exceeded');
        const environment = world({ input: { x: 7, y: -2.5 } });
        if (value === undefined) expect(() => compiled.value.evaluate(environment)).toThrow(StageError);
        else expect(compiled.value.evaluate(environment)).toBe(value);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('functions agree with what they are made of', () => {
  it('text', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (a, b, c) => {
        const input = { a, b, c };
        expect(evaluate('input.a.contains(input.b)', input)).toBe(a.includes(b));
        expect(evaluate('(input.a + input.b + input.c).contains(input.b)', input)).toBe(true);
        expect(evaluate('input.a.replace(input.b, input.c)', input)).toBe(
          b === '' ? [...a].map((x) => c + x).join('') + c : a.replaceAll(b, () => c),
        );
        expect(evaluate('input.a.split(input.b).join(input.b)', input)).toBe(a);
        expect(evaluate('input.a.split(input.b)', input)).toEqual(b === '' ? [...a] : a.split(b));
        expect(evaluate('size(input.a)', input)).toBe([...a].length);
        expect(evaluate('input.a.upper() + input.a.lower() + input.a.trim()', input)).toBe(
          a.toUpperCase() + a.toLowerCase() + a.trim(),
        );
        expect(evaluate('[input.a < input.b, input.a == input.b]', input)).toEqual([a < b, a === b]);
        const [whole, part] = [[...a], [...b]];
        if (whole.some((_, at) => part.every((character, i) => whole[at + i] === character)))
          expect(evaluate('input.a.substring(input.a.indexOf(input.b)).startsWith(input.b)', input)).toBe(true);
      }),
    );
  });

  it('encodings', () => {
    fc.assert(
      fc.property(unicode, (text) => {
        expect(evaluate('base64Decode(base64(input))', text)).toBe(text);
        expect(evaluate('urlEncode(input)', text)).toBe(encodeURIComponent(text));
        expect(evaluate('base64(input)', text)).toBe(Buffer.from(text).toString('base64'));
      }),
    );
  });

  it('JSON comes through', () => {
    fc.assert(
      fc.property(json, (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as Json;
        expect(evaluate('input', value)).toEqual(value);
        expect(evaluate('parseJson(json(input))', value)).toEqual(plain);
        expect(evaluate('json(input)', value)).toBe(JSON.stringify(plain));
        expect(evaluate('[input, {"a": input}]', value)).toEqual([plain, { a: plain }]);
        expect(evaluate('input == parseJson(json(input))', value)).toBe(true);
        expect(resolve({ a: '{{ input }}', b: '<{{ json(input) }}>' }, { input: value })).toEqual({
          a: value,
          b: `<${JSON.stringify(plain)}>`,
        });
      }),
    );
  });

  it('literals are what they say', () => {
    const plain = fc.oneof(
      unicode,
      fc.boolean(),
      fc.constant(null),
      number.map((value) => value + 0),
      fc.array(fc.oneof(unicode, fc.integer()), { maxLength: 5 }),
    );
    fc.assert(
      fc.property(plain, (value) => {
        expect(evaluate(literal(value))).toEqual(value);
      }),
    );
  });

  it('lists', () => {
    fc.assert(
      fc.property(
        fc.array(
          number.map((value) => value + 0),
          { maxLength: 30 },
        ),
        (list) => {
          expect(evaluate('input.sort()', list)).toEqual([...list].sort((a, b) => a - b));
          expect(evaluate('input.reverse().reverse()', list)).toEqual(list);
          expect(evaluate('input.unique()', list)).toEqual([...new Set(list)]);
          expect(evaluate('size(input.filter(i, i > 0)) + size(input.filter(i, !(i > 0)))', list)).toBe(list.length);
          expect(evaluate('input.map(i, [i]).flatten()', list)).toEqual(list);
          if (list.length > 0)
            expect(evaluate('[min(input), max(input)]', list)).toEqual([Math.min(...list), Math.max(...list)]);
          expect(evaluate('input.all(i, i in input)', list)).toBe(true);
        },
      ),
    );
  });

  it('objects', () => {
    fc.assert(
      fc.property(
        fc.dictionary(unicode, json, { maxKeys: 6 }),
        fc.dictionary(unicode, json, { maxKeys: 6 }),
        (a, b) => {
          expect(evaluate('fromEntries(entries(input))', a)).toEqual({ ...a });
          expect(evaluate('merge(input.a, input.b)', { a, b })).toEqual({ ...a, ...b });
          expect(evaluate('input.map(k, k)', a)).toEqual(Object.keys(a));
          expect(
            evaluate(
              'keys(input).all(k, k in input && input[k] == values(input)[keys(input).filter(j, j <= k).size() - 1] || true)',
              a,
            ),
          ).toBe(true);
          expect(evaluate('keys(input).indexBy(k, k)', a)).toEqual(
            Object.fromEntries(Object.keys(a).map((key) => [key, key])),
          );
        },
      ),
    );
  });

  it('round() is half away from zero of what is written', () => {
    const cents = fc.tuple(
      fc.integer({ min: 0, max: 10 ** 9 }),
      fc.integer({ min: 0, max: 6 }),
      fc.integer({ min: 0, max: 6 }),
      fc.boolean(),
    );
    fc.assert(
      fc.property(cents, ([digits, scale, places, negative]) => {
        const written = (negative ? -1 : 1) * Number(`${digits}e-${scale}`);
        // In whole numbers, where nothing is rounded before it should be.
        const shift = 10n ** BigInt(Math.max(0, scale - places));
        const half = (BigInt(digits) * 2n + shift) / (shift * 2n);
        const size = Number(`${half}e-${Math.min(scale, places)}`);
        expect(evaluate('round(input.x, input.p)', { x: written, p: places })).toBe((negative ? -size : size) + 0);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('text and what is not', () => {
  it('a template gives its parts in order, byte for byte', () => {
    const piece = anyText.filter((text) => !text.includes('{{') && !text.endsWith('{') && !text.endsWith('\\'));
    fc.assert(
      fc.property(fc.array(fc.tuple(piece, anyText), { minLength: 1, maxLength: 4 }), piece, (parts, last) => {
        const template = parts.map(([text], index) => `${text}{{ input[${index}] }}`).join('') + last;
        const input = parts.map(([, value]) => value);
        const expected = parts.map(([text, value]) => text + value).join('') + last;
        expect(resolve(template, { input })).toBe(expected);
      }),
    );
  });

  it('braces of data are never scanned', () => {
    fc.assert(
      fc.property(unicode, unicode, (a, b) => {
        const input = `${a}{{ ${b} }}\\{{`;
        expect(resolve(['{{ input }}', '{{ input }}!'], { input })).toEqual([input, `${input}!`]);
      }),
    );
  });
});

describe('whatever is written', () => {
  const words = [
    'input',
    'stages',
    'stages.a.output',
    'vars.X',
    'secrets.K',
    'context.run_id',
    'input.items',
    'input.name',
    'i',
    'true',
    'null',
    '1',
    '0',
    '2.5',
    '"a"',
    "'b'",
    'b"c"',
    '"\\u00e9"',
    '+',
    '-',
    '*',
    '/',
    '%',
    '==',
    '!=',
    '<',
    '>=',
    '&&',
    '||',
    '!',
    '?',
    ':',
    'in',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ',',
    '.',
    '.?',
    '[?',
    '.map(i, ',
    '.filter(i, ',
    '.exists(i, ',
    '.sortBy(i, ',
    '.groupBy(i, ',
    '.sort()',
    '.unique()',
    '.flatten()',
    '.join(",")',
    '.split("")',
    '.size()',
    '.upper()',
    '.orValue(1)',
    '.matches("a+")',
    'has(',
    'default(',
    'json(',
    'parseJson(',
    'string(',
    'int(',
    'double(',
    'keys(',
    'entries(',
    'merge(',
    'now()',
    'uuid()',
    'duration("1s")',
    'timestamp("2026-01-01T00:00:00Z")',
    'date(',
    'sha256(',
    'base64(',
    '{{',
    '}}',
    '//',
    '\n',
    '"',
    "'",
  ];
  const soup = fc.array(fc.constantFrom(...words), { maxLength: 25 }).map((parts) => parts.join(' '));
  const source = fc.oneof(soup, soup, anyText, fc.string({ maxLength: 60 }));

  it('becomes an expression or problems within the text; never anything else', () => {
    fc.assert(
      fc.property(source, json, (text, input) => {
        const compiled = compileExpression(text);
        if (compiled.ok) {
          try {
            expect(JSON.stringify(compiled.value.evaluate(world({ input })))).toBeTypeOf('string');
          } catch (error) {
            expect(error).toBeInstanceOf(StageError);
            expect(error).toMatchObject({ type: 'EXPRESSION' });
          }
          return;
        }
        expect(compiled.problems.length).toBeGreaterThan(0);
        for (const { start, end, message } of compiled.problems) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(message).not.toBe('');
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it('becomes a template or problems within the text', () => {
    const template = fc
      .array(fc.oneof(fc.constantFrom('{{', '}}', '\\{{', '{', '}', '\\', ' '), source), { maxLength: 6 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(template, json, (text, input) => {
        const compiled = compileTemplate({ a: [text] });
        if (compiled.ok) {
          try {
            compiled.value.resolve(world({ input }));
          } catch (error) {
            expect(error).toMatchObject({ type: 'EXPRESSION' });
          }
          return;
        }
        for (const { start, end, path } of compiled.problems) {
          expect(path).toEqual(['a', 0]);
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
