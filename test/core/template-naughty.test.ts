import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resolve } from './expression-world.ts';

const FILE = '../shared/data/naughty/blns.json';
const CASES: string[] = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as string[]) : [];
console.info(
  CASES.length > 0
    ? `${CASES.length} naughty strings go through templates`
    : `no naughty strings here: ${FILE} is missing`,
);

/** Strings that break programs come out byte for byte, whichever way they go in. */
describe.skipIf(CASES.length === 0)('naughty strings', () => {
  it('as a value', () => {
    for (const text of CASES) expect(resolve('{{ input.text }}', { input: { text } })).toBe(text);
  });

  it('among text', () => {
    for (const text of CASES) expect(resolve('<{{ input.text }}>', { input: { text } })).toBe(`<${text}>`);
  });

  it('as a key', () => {
    for (const text of CASES) {
      expect(resolve('{{ {input.text: 1}.map(k, k)[0] }}', { input: { text } })).toBe(text);
      expect(resolve('{{ input.data[input.text] }}', { input: { text, data: { [text]: 7 } } })).toBe(7);
    }
  });

  it('as a literal in the template', () => {
    for (const text of CASES) expect(resolve([text.replaceAll('{{', '\\{{'), '{{ 1 }}'])).toEqual([text, 1]);
  });

  it('as a text in an expression', () => {
    for (const text of CASES) expect(resolve(`{{ ${JSON.stringify(text)} }}`)).toBe(text);
  });

  it('through JSON and back', () => {
    for (const text of CASES) expect(resolve('{{ parseJson(json({"a": input})).a }}', { input: text })).toBe(text);
  });

  it('through base64 and back', () => {
    for (const text of CASES) expect(resolve('{{ base64Decode(base64(input)) }}', { input: text })).toBe(text);
  });

  it('split and joined', () => {
    for (const text of CASES) {
      expect(resolve('{{ input.split("").join("") }}', { input: text })).toBe(text);
      expect(resolve('{{ input.substring(0, size(input)) + input.replace("", "") }}', { input: text })).toBe(
        text + text,
      );
    }
  });
});
