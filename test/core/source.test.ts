import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/core/limits.ts';
import { checkSize } from '../../src/core/source/admit.ts';
import { decodeUtf8 } from '../../src/core/source/decode.ts';
import { valueSource } from '../../src/core/source/file.ts';
import { parseSource } from '../../src/core/source/parse.ts';
import fc from '../setup/property.ts';

/** `CODE line:column+length message | hint` of every problem. */
function problems(text: string, options?: Parameters<typeof parseSource>[1]): string[] {
  return parseSource(text, options).problems.map(
    ({ code, line, column, length, message, hint }) =>
      `${code} ${line}:${column}+${length} ${message}${hint === undefined ? '' : ` | ${hint}`}`,
  );
}

describe('JSON that parses', () => {
  test('has a value and the place of every part', () => {
    const text = '{\n  "name": "demo",\n  "stages": [\n    { "id": "a" }\n  ]\n}';
    const source = parseSource(text, { file: 'pipelines/demo.pipeline.json' });
    expect(source.problems).toEqual([]);
    expect(source.value).toEqual({ name: 'demo', stages: [{ id: 'a' }] });
    expect(source.locate(['name'], 'key')).toEqual({ line: 2, column: 3, offset: 4, length: 6 });
    expect(source.locate(['name'])).toEqual({ line: 2, column: 11, offset: 12, length: 6 });
    expect(source.locate(['stages', 0, 'id'])).toMatchObject({ line: 4, column: 13, length: 3 });
    expect(source.locate([])).toMatchObject({ line: 1, column: 1, length: text.length });
  });

  test('gives the place of the nearest enclosing value for what is not there', () => {
    const source = parseSource('{ "a": { "b": [1] } }');
    expect(source.locate(['a', 'b', 7, 'c'])).toMatchObject({ column: 15, length: 3 });
    expect(source.locate(['a', 'missing'], 'key')).toMatchObject({ column: 8 });
  });

  test('counts lines after \\n, \\r\\n and \\r alike', () => {
    const source = parseSource('{\r\n"a": 1,\r"b": 2,\n"c": 3}');
    expect(['a', 'b', 'c'].map((key) => source.locate([key], 'key')?.line)).toEqual([2, 3, 4]);
  });

  test('maps a place inside of a string to the file, over escapes', () => {
    const text = '{ "a": "x\\n\\u0041\\"é{{ bad }}" }';
    const source = parseSource(text);
    expect(source.value).toEqual({ a: 'x\nA"é{{ bad }}' });
    const start = 'x\nA"é{{ '.length;
    const place = source.locateInString(['a'], start, start + 3);
    expect(text.slice(place?.offset, (place?.offset ?? 0) + (place?.length ?? 0))).toBe('bad');
  });

  test('may begin with a byte order mark, which takes no column', () => {
    const source = parseSource('\ufeff{ "a": 1 }');
    expect(source.value).toEqual({ a: 1 });
    expect(source.locate(['a'], 'key')).toMatchObject({ line: 1, column: 3 });
  });

  test('may be lenient: comments and trailing commas in flowmason.json', () => {
    const text = '// the project\n{ "name": "x", /* inline */ "plugins": ["a",], }';
    expect(parseSource(text, { lenient: true })).toMatchObject({ value: { name: 'x', plugins: ['a'] }, problems: [] });
    expect(problems(text)).toEqual([
      'INVALID_JSON 1:1+14 Comments are not allowed here | Use the fields `description` and `name` instead',
      'INVALID_JSON 2:16+12 Comments are not allowed here | Use the fields `description` and `name` instead',
      'INVALID_JSON 2:44+1 Nothing follows the comma before `]` | Remove the comma',
      'INVALID_JSON 2:46+1 Nothing follows the comma before `}` | Remove the comma',
    ]);
  });

  test('a value without a text has no places', () => {
    const source = valueSource({ a: [1] }, 'x.json');
    expect(source.locate(['a'])).toBeUndefined();
    expect(source.locateInString(['a'], 0, 1)).toBeUndefined();
  });
});

describe('JSON that does not parse', () => {
  test('all syntax errors are reported, each where it is', () => {
    const text = `{
  "a": 01,
  "b": NaN,
  "c": .5,
  "d": "tab	inside",
  "e": "\\q",
  "f": "\\u12",
  "g": True,
  "h": 1 "i": 2,
  "j": "never closed
}`;
    expect(problems(text)).toEqual([
      'INVALID_JSON 2:9+1 A number cannot begin with 0 | Remove the leading zeros, or put the number in double quotes',
      'INVALID_JSON 3:8+3 `NaN` is not JSON | JSON has no NaN: write `null`',
      'INVALID_JSON 4:8+2 `.5` is not JSON | Write numbers as `0.5`, `1`, `-2` or `1e3`',
      'INVALID_JSON 5:8+12 The string holds a control character | Write a tab as `\\t`, others as `\\u00XX`',
      'INVALID_JSON 6:8+4 The string holds an escape that JSON does not have | A backslash is written `\\\\`',
      'INVALID_JSON 7:8+6 Expected four hexadecimal digits after `\\u`',
      'INVALID_JSON 8:8+4 `True` is not JSON | Write `true`',
      'INVALID_JSON 9:10+3 Expected `,` or `}`, found `"i"` | Put a comma after the value before it',
      'INVALID_JSON 10:8+13 The string is not closed on its line | Close it with `"`; a line break inside is written `\\n`',
    ]);
    expect(parseSource(text).value).toBeUndefined();
  });

  test.each([
    ['', 'INVALID_JSON 1:1+1 The file is empty | A pipeline begins with `{`'],
    ['{ "a": [1, 2 }', 'INVALID_JSON 1:14+1 Expected `,` or `]`, found `}` | The `[` of line 1 is closed with `]`'],
    ['{ "a": 1', 'INVALID_JSON 1:8+1 The `{` of line 1 is never closed | Add `}`'],
    ['{ "a": 1, }', 'INVALID_JSON 1:9+1 Nothing follows the comma before `}` | Remove the comma'],
    ['{ "a" 1 }', 'INVALID_JSON 1:7+1 Expected `:` after a key, found `1` | Write `"key": value`'],
    ['{ "a": }', 'INVALID_JSON 1:8+1 Expected a value, found `}`'],
    ['{ a: 1 }', 'INVALID_JSON 1:3+1 `a` is not JSON | Put the key in double quotes: "a"'],
    ["{ 'a': 1 }", "INVALID_JSON 1:3+3 `'a'` is not JSON | Strings and keys stand in double quotes"],
    ['{} {}', 'INVALID_JSON 1:4+1 Expected the end of the file, found `{` | Remove what follows the closing bracket'],
    ['{ "a": {{ input.x }} }', 'INVALID_JSON 1:8+2 A template must be a string | Put it in double quotes: "{{ … }}"'],
    [
      '{ "a": "{{ stages["x"].output }}" }',
      "INVALID_JSON 1:20+1 `x` is not JSON | Inside of an expression write single quotes: {{ stages['my-id'].output }}",
    ],
  ])('%s', (text, expected) => {
    expect(problems(text)[0]).toBe(expected);
  });

  test('a file that is no JSON at all gives a bounded list', () => {
    const found = problems('word\n'.repeat(5_000).trim());
    expect(found).toHaveLength(101);
    expect(found.at(-1)).toBe('INVALID_JSON 101:1+1 4900 more syntax errors follow');
  });
});

describe('JSON that means different things to different programs', () => {
  test('a key written twice', () => {
    expect(problems('{\n "id": "a",\n "x": 1,\n "id": "b" }')).toEqual([
      'REPEATED_KEY 4:2+4 The key `id` is already written in line 2 | Keep one of the two',
    ]);
  });

  test('__proto__ is refused: it neither pollutes nor vanishes silently', () => {
    const source = parseSource('{ "a": { "__proto__": { "polluted": true }, "b": 1 } }');
    expect(problems('{ "a": { "__proto__": { "polluted": true } } }')).toEqual([
      'FORBIDDEN_KEY 1:10+11 The key `__proto__` is refused: programs take it for something else | Rename the key',
    ]);
    expect(source.value).toEqual({ a: { b: 1 } });
    expect((source.value as { a: { polluted?: boolean } }).a.polluted).toBeUndefined();
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('`constructor` and `prototype` are keys like any other', () => {
    const source = parseSource('{ "constructor": { "prototype": 1 }, "toString": 2 }');
    expect(source.problems).toEqual([]);
    expect(Object.keys(source.value as object)).toEqual(['constructor', 'toString']);
  });

  test.each([
    ['9007199254740991', true],
    ['-9007199254740991', true],
    ['9007199254740993', false],
    ['12345678901234567890', false],
    ['-12345678901234567890', false],
    ['1e300', true],
    ['1e21', true],
    ['1e20', false],
    ['9007199254740993.0', false],
    ['0.1', true],
    ['1e999', false],
  ])('the number %s is kept or refused, never changed', (number, kept) => {
    const source = parseSource(`[${number}]`);
    expect(source.problems.map((problem) => problem.code)).toEqual(kept ? [] : ['UNSAFE_NUMBER']);
    if (!kept) expect(source.problems[0]).toMatchObject({ column: 2, hint: `Put it in double quotes: "${number}"` });
  });

  test('half of a surrogate pair has no UTF-8 form', () => {
    expect(problems('["\\ud83d"]')).toEqual([
      'INVALID_JSON 1:2+8 The string holds half of a surrogate pair, which has no UTF-8 form | Write both halves, e.g. `\\ud83d\\ude00`, or the character itself',
    ]);
    expect(problems('["\\ud83d\\ude00"]')).toEqual([]);
  });
});

describe('limits are counted before anything is parsed', () => {
  test('64 levels are read, the 65th is refused where it opens', () => {
    expect(parseSource('['.repeat(64) + ']'.repeat(64)).problems).toEqual([]);
    const [problem] = parseSource('['.repeat(65) + ']'.repeat(65), { file: 'deep.json' }).problems;
    expect(problem).toMatchObject({ code: 'NESTING_TOO_DEEP', file: 'deep.json', line: 1, column: 65 });
    expect(problem?.message).toBe('Expected at most 64 levels of nesting, found one more here');
  });

  test('brackets in strings and comments do not count', () => {
    expect(parseSource(`["${'['.repeat(500)}"]`).problems).toEqual([]);
    expect(parseSource(`["\\"${'['.repeat(500)}"]`).problems).toEqual([]);
    expect(parseSource(`// ${'['.repeat(500)}\n[]`, { lenient: true }).problems).toEqual([]);
    expect(parseSource(`/* " ${'['.repeat(500)} */ []`, { lenient: true }).problems).toEqual([]);
  });

  test('a million open brackets do not reach the parser, however they are dressed', () => {
    for (const unit of ['[', '{"a":', '[},', '[{]', '{"a":[}', '["\\', '["\n', '[/*"*/']) {
      const text = unit.repeat(Math.floor(DEFAULT_LIMITS.file_bytes / unit.length));
      const [first] = parseSource(text).problems;
      expect(['NESTING_TOO_DEEP', 'INVALID_JSON']).toContain(first?.code);
    }
  });

  test('1 MB is read, more is refused; bytes count, not characters', () => {
    const text = (characters: number, filler: string) => `"${filler.repeat(characters)}"`;
    expect(parseSource(text(999_998, 'a')).problems).toEqual([]);
    expect(problems(text(999_999, 'a'))).toEqual([
      'FILE_TOO_LARGE 1:1+1 Expected at most 1 MB, found 1,000,001 bytes | Move data into the input, and parts of the pipeline into pipelines of their own (component `subpipeline`)',
    ]);
    expect(parseSource(text(333_332, '€')).problems).toEqual([]);
    expect(parseSource(text(333_333, '€')).problems[0]?.code).toBe('FILE_TOO_LARGE');
  });

  test('a file of 100 MB is refused by its size alone', () => {
    expect(checkSize(100_000_000, DEFAULT_LIMITS, 'huge.json')).toMatchObject({
      code: 'FILE_TOO_LARGE',
      file: 'huge.json',
      message: 'Expected at most 1 MB, found 100 MB',
    });
    expect(checkSize(1_000_000, DEFAULT_LIMITS)).toBeUndefined();
  });
});

describe('bytes', () => {
  const decode = (...bytes: number[]) => decodeUtf8(Uint8Array.from(bytes), 'f.json');

  test('UTF-8 is decoded, a byte order mark is dropped', () => {
    expect(decodeUtf8(new TextEncoder().encode('{"ä":"€😀"}')).text).toBe('{"ä":"€😀"}');
    expect(decode(0xef, 0xbb, 0xbf, 0x7b, 0x7d).text).toBe('{}');
  });

  test.each([
    ['a lonely continuation', [0x61, 0x0a, 0x62, 0x80], 2, 2, 3],
    ['an overlong slash', [0xc0, 0xaf], 1, 1, 0],
    ['a surrogate', [0x61, 0xed, 0xa0, 0x80], 1, 2, 1],
    ['beyond Unicode', [0xf5, 0x80, 0x80, 0x80], 1, 1, 0],
    ['an end in the middle', [0x61, 0xe2, 0x82], 1, 2, 1],
    ['Latin-1', [0x7b, 0xe4, 0x22, 0x7d], 1, 2, 1],
    ['after wide characters', [0xf0, 0x9f, 0x98, 0x80, 0xff], 1, 3, 4],
  ])('%s is refused at its place', (_name, bytes, line, column, offset) => {
    const { problem, text } = decode(...bytes);
    expect(text).toBeUndefined();
    expect(problem).toMatchObject({ code: 'INVALID_ENCODING', file: 'f.json', line, column });
    expect(problem?.message).toContain(`at offset ${offset}`);
  });

  test('UTF-16 is called by its name', () => {
    expect(decode(0xff, 0xfe, 0x7b, 0).problem?.message).toBe('Expected UTF-8, found UTF-16 (its byte order mark)');
  });

  test('whatever the bytes, the decoder agrees with the platform', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const { text, problem } = decodeUtf8(bytes);
        const offset = problem ? Number(/offset (\d+)/.exec(problem.message)?.[1] ?? 0) : bytes.length;
        const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
        expect(() => strict.decode(bytes.subarray(0, offset))).not.toThrow();
        expect(text === undefined).toBe(problem !== undefined);
      }),
    );
  });
});

describe('any text', () => {
  const plain = (value: unknown): boolean =>
    typeof value !== 'object' ||
    value === null ||
    Object.entries(value).every(([key, item]) => key !== '__proto__' && plain(item));

  test('is read exactly as JSON.parse reads it, or refused', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.nat({ max: 4 }), (json, indent) => {
        const value: unknown = JSON.parse(json);
        const text = JSON.stringify(value, null, indent);
        const source = parseSource(text);
        if (!plain(value)) expect(source.problems.map(({ code }) => code)).toContain('FORBIDDEN_KEY');
        else if (source.problems.length === 0) expect(JSON.stringify(source.value)).toBe(JSON.stringify(value));
        else
          expect(source.problems.every(({ code }) => code === 'UNSAFE_NUMBER' || code === 'INVALID_JSON')).toBe(true);
      }),
    );
  });

  test('that JSON.parse refuses is refused too, and nothing throws', () => {
    const soup = fc.array(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"',
        '\\',
        '"a"',
        '1',
        '01',
        '-',
        'true',
        'nul',
        '/*',
        '*/',
        '//',
        '\n',
        ' ',
        '{{',
        '\u0000',
        'é',
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(soup, (parts) => {
        const text = parts.join('');
        const source = parseSource(text);
        let strict = true;
        try {
          JSON.parse(text);
        } catch {
          strict = false;
        }
        if (!strict) expect(source.problems.length).toBeGreaterThan(0);
        else expect(source.problems.filter(({ code }) => code === 'INVALID_JSON')).toEqual([]);
        for (const { line, column, length } of source.problems) {
          expect(line).toBeGreaterThan(0);
          expect(column).toBeGreaterThan(0);
          expect(length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  const naughty = new URL('../../../shared/data/naughty/blns.json', import.meta.url);
  test.skipIf(!existsSync(naughty))('naughty strings survive as keys and values', () => {
    const strings: string[] = JSON.parse(readFileSync(naughty, 'utf8'));
    const object = Object.fromEntries(strings.filter((key) => key !== '__proto__').map((text) => [text, text]));
    const source = parseSource(JSON.stringify(object, null, 2));
    expect(source.problems).toEqual([]);
    expect(source.value).toEqual(object);
    for (const text of Object.keys(object)) {
      const { offset = 0, length = 0 } = source.locate([text]) ?? {};
      expect(JSON.parse(source.text.slice(offset, offset + length))).toBe(text);
    }
  });
});
