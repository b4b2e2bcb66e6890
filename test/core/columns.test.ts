import { describe, expect, test } from 'vitest';
import { cutToColumns, displayWidth, lastColumns, wrapLine } from '../../src/core/columns.ts';
import fc from '../setup/property.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 60 });
const columns = fc.integer({ min: 1, max: 40 });

describe('columns of a terminal', () => {
  test('wide characters take two, marks on letters none', () => {
    expect(displayWidth('abc')).toBe(3);
    expect(displayWidth('日本語')).toBe(6);
    expect(displayWidth('e\u0301')).toBe(1);
  });

  test('a text is cut at its end', () => {
    expect(cutToColumns('abcdef', 6)).toBe('abcdef');
    expect(cutToColumns('abcdefg', 6)).toBe('abcde…');
    expect(cutToColumns('日本語', 4)).toBe('日…');
    expect(cutToColumns('abc', 0)).toBe('');
  });

  test('or keeps its end only', () => {
    expect(lastColumns('abcdef', 6)).toBe('abcdef');
    expect(lastColumns('abcdef', 2)).toBe('ef');
    expect(lastColumns('日本語', 3)).toBe('語');
    expect(lastColumns('a😀', 2)).toBe('😀');
  });

  test('what is cut never takes more', () => {
    fc.assert(
      fc.property(text, columns, (text, columns) => {
        expect(displayWidth(cutToColumns(text, columns))).toBeLessThanOrEqual(columns);
        const last = lastColumns(text, columns);
        expect(displayWidth(last)).toBeLessThanOrEqual(columns);
        expect(text.endsWith(last)).toBe(true);
      }),
    );
  });

  test('a line breaks at spaces only', () => {
    expect(wrapLine('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrapLine('incomprehensibilities are long', 8)).toEqual(['incomprehensibilities', 'are long']);
    expect(wrapLine('日本 語', 5)).toEqual(['日本', '語']);
    expect(wrapLine('', 5)).toEqual(['']);
  });

  test('and keeps its words', () => {
    fc.assert(
      fc.property(text, columns, (text, columns) => {
        const words = (line: string): string[] => line.split(' ').filter(Boolean);
        const lines = wrapLine(text, columns);
        expect(lines.flatMap(words)).toEqual(words(text));
        for (const line of lines) if (words(line).length > 1) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
      }),
    );
  });
});
