import { describe, expect, test } from 'vitest';
import { codeFrame } from '../../src/core/frame.ts';

const TEXT = `{
  "name": "demo",
  "stages": [
    { "id": "a", "componnent": "logger" },
    { "id": "b" }
  ]
}
`;

describe('a code frame', () => {
  test('shows two lines around and underlines the place', () => {
    expect(codeFrame(TEXT, { line: 4, column: 18, length: 12 })).toBe(
      `  2 |   "name": "demo",
  3 |   "stages": [
> 4 |     { "id": "a", "componnent": "logger" },
    |                  ^^^^^^^^^^^^
  5 |     { "id": "b" }
  6 |   ]`,
    );
  });

  test('stops at the ends of the file', () => {
    expect(codeFrame(TEXT, { line: 1, column: 1, length: 1 }, { around: 1 })).toBe(
      `> 1 | {
    | ^
  2 |   "name": "demo",`,
    );
    expect(codeFrame(TEXT, { line: 7, column: 1 }, { around: 1 })).toBe(
      `  6 |   ]
> 7 | }
    | ^`,
    );
  });

  test('lines up line numbers of different lengths', () => {
    const text = Array.from({ length: 12 }, (_, i) => `line ${i + 1}`).join('\n');
    expect(codeFrame(text, { line: 9, column: 6, length: 1 })).toBe(
      `   7 | line 7
   8 | line 8
>  9 | line 9
     |      ^
  10 | line 10
  11 | line 11`,
    );
  });

  test('tabs count as what is shown for them', () => {
    expect(codeFrame('{\n\t"a":\tbad\n}', { line: 2, column: 7, length: 3 }, { around: 0 })).toBe(
      `> 2 |   "a":  bad
    |         ^^^`,
    );
  });

  test('wide characters take two columns, marks on letters none', () => {
    expect(codeFrame('"日本語": bad', { line: 1, column: 8, length: 3 })).toBe(
      `> 1 | "日本語": bad\n    |           ^^^`,
    );
    expect(codeFrame('"日本": 1', { line: 1, column: 1, length: 4 })).toBe(`> 1 | "日本": 1\n    | ^^^^^^`);
    expect(codeFrame('"e\u0301😀": bad', { line: 1, column: 9, length: 3 })).toBe(
      `> 1 | "e\u0301😀": bad\n    |        ^^^`,
    );
  });

  test('long lines are cut around the place', () => {
    const frame = codeFrame(
      `${'a'.repeat(300)}HERE${'b'.repeat(300)}\n${'c'.repeat(300)}\nshort`,
      { line: 1, column: 301, length: 4 },
      { width: 40 },
    );
    const lines = frame.split('\n');
    expect(lines[0]).toBe('> 1 | …aaaaaaaaaaaaaaaaHEREbbbbbbbbbbbb…');
    expect(lines[1]).toBe('    |                  ^^^^');
    expect(lines[2]).toBe('  2 | …cccccccccccccccc');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(40);
  });

  test('a megabyte on one line is cut as well', () => {
    const text = `${'x'.repeat(500_000)}HERE${'y'.repeat(500_000)}`;
    const frame = codeFrame(text, { line: 1, column: 500_001, length: 4 }, { width: 60 });
    expect(frame).toMatch(/^> 1 \| …x+HEREy+…\n {4}\| +\^{4}$/);
  });

  test('a mark that is longer than the line ends with it', () => {
    expect(codeFrame('{ "a": [\n1 ] }', { line: 1, column: 8, length: 6 }, { around: 0 })).toBe(
      `> 1 | { "a": [\n    |        ^`,
    );
  });

  test('nothing of the file can move the cursor or turn the text around', () => {
    const frame = codeFrame('"\u001b[31mred\u0007\u202e\u0000": 1', { line: 1, column: 1, length: 3 });
    expect(frame.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(frame).toContain('"\ufffd[31mred\ufffd\ufffd\ufffd": 1');
  });

  test('is empty without a place', () => {
    expect(codeFrame(TEXT, {})).toBe('');
    expect(codeFrame('', { line: 1, column: 1 })).toBe('');
    expect(codeFrame(TEXT, { line: 99, column: 1 })).toBe('');
  });
});
