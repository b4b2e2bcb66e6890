import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/core/columns.ts';
import type { Json } from '../../../src/core/json.ts';
import { printable } from '../../../src/core/quote.ts';
import { differenceLines } from '../../../src/testing/reporters/differences.ts';
import type { Difference } from '../../../src/testing/result.ts';
import fc from '../../setup/property.ts';
import { HOSTILE, hostileSuite } from './hostile.ts';
import { DIFFERENCES } from './results.ts';

function shown(differences: readonly Difference[], columns = 80): string[] {
  return differenceLines(differences, columns).map(({ text }) => text);
}

/** Of one pair of values. */
function compared(expected: Json | undefined, actual: Json | undefined, path = '', columns = 80): string[] {
  return shown([{ path, expected, actual }], columns);
}

describe('differences', () => {
  it('are aligned, expected above actual', () => {
    expect(shown(DIFFERENCES)).toEqual([
      '- expected  items[0].total  6',
      '+ actual    items[0].total  8',
      '- expected  items[1]        {"total":1}',
      '+ actual    items[1]        (missing)',
      '- expected  sum             (missing)',
      '+ actual    sum             8',
    ]);
  });

  it('need no path for the value itself', () => {
    expect(compared(1, '1')).toEqual(['- expected  1', '+ actual    "1"']);
  });

  it('have their paths above where there is no room beside', () => {
    expect(shown(DIFFERENCES.slice(0, 1), 40)).toEqual(['  items[0].total', '- expected  6', '+ actual    8']);
    const path = `${'deep.'.repeat(30)}name`;
    expect(compared(1, 2, path, 40)[0]).toBe(`  …${path.slice(-37)}`);
  });

  it('are counted where there are too many', () => {
    const many = Array.from({ length: 50 }, (_, i) => ({ path: `[${i}]`, expected: i, actual: -i }));
    const lines = shown(many);
    expect(lines).toHaveLength(41);
    expect(lines.at(-1)).toBe('  … 30 more differences');
  });

  it('of long values are cut around the place where these part', () => {
    const long = (middle: string): string => `${'a'.repeat(500)}${middle}${'b'.repeat(500)}`;
    expect(compared(long('HERE'), long('THERE'), 'text', 50)).toEqual([
      '- expected  text  …aaaaaaaaaaHEREbbbbbbbbbbbbbbbb…',
      '+ actual    text  …aaaaaaaaaaTHEREbbbbbbbbbbbbbbb…',
    ]);
    expect(compared(`x${'a'.repeat(500)}`, `y${'a'.repeat(500)}`, 'text', 50)).toEqual([
      '- expected  text  "xaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…',
      '+ actual    text  "yaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…',
    ]);
    expect(compared(`${'a'.repeat(500)}HERE`, `${'a'.repeat(500)}THERE`, 'text', 50)).toEqual([
      '- expected  text  …aaaaaaaaaaaaaaaaaaaaaaaaaHERE"',
      '+ actual    text  …aaaaaaaaaaaaaaaaaaaaaaaaaTHERE"',
    ]);
    expect(compared('語'.repeat(100), `${'語'.repeat(60)}x`, '', 50)).toEqual([
      '- expected  …語語語語語語語語語語語語語語語語語語…',
      '+ actual    …語語語語語語x"',
    ]);
  });

  it('of texts with several lines are shown line by line', () => {
    const before = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
    const after = ['one', 'two', '3', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten '];
    expect(compared(before.join('\n'), after.join('\n'), 'body')).toEqual([
      '- expected  body',
      '+ actual    body',
      '    one',
      '    two',
      '-   three',
      '+   3',
      '    four',
      '    five',
      '    … 2 lines that are the same',
      '    eight',
      '    nine',
      '+   ten·',
    ]);
  });

  it('of texts with nothing in common are shown as values when lines are of no help', () => {
    const lines = (start: string): string => Array.from({ length: 2_000 }, (_, i) => `${start}${i}`).join('\n');
    const values = compared(lines('a'), lines('b'), 'body', 60);
    expect(values).toEqual([
      '- expected  body  "a0\\na1\\na2\\na3\\na4\\na5\\na6\\na7\\na8\\na9\\n…',
      '+ actual    body  "b0\\nb1\\nb2\\nb3\\nb4\\nb5\\nb6\\nb7\\nb8\\nb9\\n…',
    ]);
    const changed = compared(lines('a'), lines('a').replaceAll('15', 'five'), 'body');
    expect(changed.length).toBeLessThan(50);
    expect(changed.at(-1)).toMatch(/^ {2}… \d+ more lines$/);
  });

  it('are seen where texts look the same', () => {
    expect(compared('e\u0301', 'é')).toEqual(['- expected  "e\\u0301"', '+ actual    "\\u00e9"']);
    expect(compared('a b', 'a\u00a0b')).toEqual(['- expected  "a b"', '+ actual    "a\\u00a0b"']);
    expect(compared('ab', 'a\u200bb')).toEqual(['- expected  "ab"', '+ actual    "a\\u200bb"']);
    expect(compared('a\nb', 'a\r\nb').slice(2)).toEqual(['-   a', '+   a\\r', '    b']);
    expect(compared('a\nb', 'a \nb').slice(2)).toEqual(['-   a', '+   a·', '    b']);
    expect(compared('a\n\\t', 'a\n\t').slice(2)).toEqual(['    a', '-   \\\\t', '+   \\t']);
    expect(compared('語', '話')).toEqual(['- expected  "語"', '+ actual    "話"']);
  });

  it('of anything fit the width, are told apart and move no cursor', () => {
    const value = fc.oneof(
      fc.jsonValue({ stringUnit: 'binary' }),
      fc.constantFrom(...HOSTILE),
      fc.array(fc.constantFrom(...HOSTILE), { maxLength: 6 }).map((lines) => lines.join('\n')),
    );
    const optional = fc.option(value, { nil: undefined });
    const path = fc.constantFrom('', 'a', 'items[0].total', ...HOSTILE);
    const columns = fc.integer({ min: 26, max: 120 });
    fc.assert(
      fc.property(path, optional, optional, columns, (path, expected, actual, columns) => {
        fc.pre(JSON.stringify(expected) !== JSON.stringify(actual));
        // JSON by its making; the type of the generator says no more than unknown.
        const lines = differenceLines([{ path, expected: expected as Json, actual: actual as Json }], columns);
        for (const { sign, text } of lines) {
          expect(printable(text)).toBe(text);
          expect(displayWidth(text)).toBeLessThanOrEqual(columns);
          expect(text[0] ?? ' ').toBe(sign);
        }
        const texts = (sign: string): string[] =>
          lines.filter((l) => l.sign === sign).map(({ text }) => text.slice(2).replace(/^(expected|actual {2})/, ''));
        expect(texts('-')).not.toEqual(texts('+'));
      }),
      { numRuns: 1_000 },
    );
  });

  it('of hostile texts are shown', () => {
    for (const text of HOSTILE) {
      const differences = hostileSuite(text).findings[0]?.differences ?? [];
      for (const { text: line } of differenceLines(differences, 60)) expect(printable(line)).toBe(line);
    }
  });
});
