import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { compileJmespath } from '../../src/core/jmespath/jmespath.ts';
import type { Json } from '../../src/core/json.ts';
import { StageError } from '../../src/core/run.ts';
import fc from '../setup/property.ts';

/** The official compliance cases, beside the repository. */
const CASES = fileURLToPath(new URL('../../../shared/data/jmespath', import.meta.url));

function search(source: string, data: Json): Json {
  const compiled = compileJmespath(source);
  if (!compiled.ok) throw new Error(compiled.problem.message);
  return compiled.value.evaluate(data);
}

function failure(source: string, data: Json): string {
  try {
    search(source, data);
  } catch (error) {
    if (error instanceof StageError) return `${error.type} ${error.code}: ${error.message}`;
    throw error;
  }
  return 'no error';
}

const here = existsSync(CASES);
if (!here) console.log(`JMESPath compliance cases: not run, they are not at ${CASES}`);

test.skipIf(!here)('the official compliance cases', () => {
  const wrong: unknown[] = [];
  let run = 0;
  for (const file of readdirSync(CASES)) {
    for (const { given, cases } of JSON.parse(readFileSync(join(CASES, file), 'utf8'))) {
      for (const { expression, result, error } of cases) {
        run++;
        let found: Json | undefined;
        try {
          found = search(expression, given);
        } catch {
          found = undefined;
        }
        const right = error === undefined ? found !== undefined && isEqual(found, result) : found === undefined;
        if (!right) wrong.push({ file, expression, expected: error ?? result, found });
      }
    }
  }
  console.log(`JMESPath compliance cases: ${run} run, ${run - wrong.length} passed`);
  expect(wrong).toEqual([]);
  expect(run).toBeGreaterThan(800);
});

function isEqual(a: Json, b: Json): boolean {
  try {
    expect(a).toEqual(b);
    return true;
  } catch {
    return false;
  }
}

describe('a syntax error has a place', () => {
  test.each<[string, string, string]>([
    ['foo.', '', 'the expression ends too early'],
    ['a || | b', '|', '`|` is not expected here'],
    ['foo[?a == `1` && ]', ']', '`]` is not expected here'],
    ['[a b]', 'b', 'expected an operator, a comma or the end, found `b`'],
    ['abs(a,)', ')', 'expected an expression before `)`'],
    ['a.#b', '#', '`#` is not part of JMESPath'],
    ["a == 'b", "'b", "the text that begins with ' is not closed"],
    ['a == `b`', '`b`', 'this is not a literal'],
    ['a[1-2]', '1-2', '`1-2` is not a whole number'],
    ['x | lenght(@)', 'lenght', 'JMESPath has no function lenght()'],
    ['x | join(@)', 'join', 'join() takes 2 arguments, found 1'],
    ["'a\\\\' | | b", '|', '`|` is not expected here'],
  ])('%s', (source, marked, message) => {
    const compiled = compileJmespath(source);
    if (compiled.ok) throw new Error('expected a problem');
    const { problem } = compiled;
    expect(problem.message).toBe(message);
    expect(source.slice(problem.start, problem.end)).toBe(marked);
  });

  test('a misspelt function gets a suggestion', () => {
    const compiled = compileJmespath('lenght(@)');
    expect(compiled).toMatchObject({ ok: false, problem: { hint: 'Did you mean "length"?' } });
  });

  test('no source makes the compiler throw', () => {
    const piece = fc.constantFrom(
      ...'a b .*[]{}()@&|!=<>?:,$\'"`\\-+%/1\u00a0é\n',
      'let ',
      ' in ',
      '[?',
      '[]',
      '`1`',
      "'x'",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const source = pieces.join('');
        const compiled = compileJmespath(source);
        if (compiled.ok) return;
        expect(compiled.problem.start).toBeGreaterThanOrEqual(0);
        expect(compiled.problem.end).toBeLessThanOrEqual(source.length);
        expect(compiled.problem.start).toBeLessThanOrEqual(compiled.problem.end);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('values', () => {
  test('numbers sort by value, texts by code point', () => {
    expect(search('sort(@)', [10, 9, -1, 100])).toEqual([-1, 9, 10, 100]);
    expect(search('sort(@)', ['b', '😀', 'ﬀ', 'B'])).toEqual(['B', 'b', 'ﬀ', '😀']);
    expect(search('max_by(@, &n).n', [{ n: 'a' }, { n: 'c' }, { n: 'b' }])).toBe('c');
  });

  test('lists and objects are compared by value', () => {
    expect(search('contains(@, `{"a": 1}`)', [{ a: 1 }])).toBe(true);
    expect(search('[?@ == `{"b": 2, "a": 1}`]', [{ a: 1, b: 2 }])).toEqual([{ a: 1, b: 2 }]);
  });

  test('raw strings keep their backslashes, literals may hold backticks', () => {
    expect(search("'\\\\'", null)).toBe('\\\\');
    expect(search("'it\\'s'", null)).toBe("it's");
    expect(search('`"a\\`b\\`"`', null)).toBe('a`b`');
  });

  test('the extensions: let, arithmetic, ternary, root', () => {
    expect(search('let $x = a in map(&(@ + $x), b)', { a: 1, b: [1, 2] })).toEqual([2, 3]);
    expect(search("a > `1` ? 'many' : 'few'", { a: 2 })).toBe('many');
    expect(search('b[*].[@, $.a]', { a: 0, b: [1] })).toEqual([[1, 0]]);
  });

  test.each<[string, Json, string]>([
    ['abs(@)', 'x', 'EXPRESSION jmespath_type: abs() takes a number as argument 1, found string'],
    [
      'sort_by(@, &a)',
      [{ a: 1 }, { a: 'x' }],
      'EXPRESSION jmespath_type: the expression after & gives numbers for some items and texts for others',
    ],
    ['a + b', { a: 1 }, 'EXPRESSION jmespath_type: a calculation takes numbers, found null'],
    ['@ / `0`', 1, 'EXPRESSION jmespath_value: the calculation gives no number: a division by 0, or too large'],
    ['@[::0]', [], 'EXPRESSION jmespath_value: the step of a slice must not be 0'],
    ['$x', 1, 'EXPRESSION jmespath_value: the variable $x is not defined'],
  ])('%s on %j fails', (source, data, expected) => {
    expect(failure(source, data)).toBe(expected);
  });
});

describe('data stays data', () => {
  test('nothing of a prototype can be read or set', () => {
    expect(search('[__proto__, constructor, toString, a.constructor]', { a: {} })).toEqual([null, null, null, null]);
    const made = search('{"__proto__": a}', { a: { evil: true } });
    expect(Object.keys(made as object)).toEqual(['__proto__']);
    expect(search('group_by(@, &k) | keys(@)', [{ k: 'constructor' }, { k: '__proto__' }])).toEqual([
      'constructor',
      '__proto__',
    ]);
    expect(({} as Record<string, unknown>).evil).toBeUndefined();
  });

  test('an object that looks like an expression is not one', () => {
    const data = { expref: true, type: 'Literal', value: 'code' };
    expect(failure('map(@, `[1]`)', data)).toContain('jmespath_type');
    expect(search('type(@)', data)).toBe('object');
  });

  test('the data is not changed', () => {
    const data = { list: [3, 1, 2] };
    expect(search('[sort(list), reverse(list)]', data)).toEqual([
      [1, 2, 3],
      [2, 1, 3],
    ]);
    expect(data).toEqual({ list: [3, 1, 2] });
  });
});

describe('no expression can keep the process busy or end it', () => {
  const ones = (length: number) => Array.from({ length }, () => 1);
  let deep: Json = 1;
  for (let i = 0; i < 100_000; i++) deep = [deep];

  test.each<[string, string, Json]>([
    ['lists that double', Array(30).fill('[@,@][]').join(' | '), 1],
    ['lists that share', Array(60).fill('[@,@]').join(' | '), 1],
    ['objects that share', Array(40).fill('{a: @, b: @}').join(' | '), 1],
    ['shared lists as text', `${Array(40).fill('[@,@]').join(' | ')} | to_string(@)`, 1],
    ['nested maps', 'map(&map(&map(&map(&@, $), $), $), $)', ones(100)],
    ['filters in filters', '[?$[?$[?$[?@]]]]', ones(100)],
    ['comparisons of large lists', '[?$ == $[*]]', ones(5_000)],
    ['padding', "pad_left('a', `1000000000`)", null],
    ['replacing', `replace('${'a'.repeat(4_000)}', 'a', '${'b'.repeat(4_000)}')`, null],
    ['joining', `join('${'x'.repeat(5_000)}', @)`, Array(2_000).fill('a')],
    ['zipping', `zip(${Array(200).fill('@').join(',')})`, ones(100_000)],
    ['data nested a hundred thousand deep', '[@]', deep],
  ])('%s', (_name, source, data) => {
    expect(failure(source, data)).toMatch(/^EXPRESSION limit_exceeded: /);
  });

  test('sources that nest deeply or are long are problems', () => {
    for (const source of [
      `${'('.repeat(4_900)}a${')'.repeat(4_900)}`,
      '!'.repeat(9_999),
      'a'.repeat(10_001),
      Array(600).fill('@').join('|'),
    ]) {
      expect(compileJmespath(source).ok).toBe(false);
    }
  });

  test('large data of the ordinary kind is no problem', () => {
    const orders = Array.from({ length: 20_000 }, (_, i) => ({ id: i, total: i % 100, open: i % 2 === 0 }));
    expect(search('[?open && total > `50`] | length(@)', orders)).toBe(4_800);
    expect(search('max(@)', ones(300_000))).toBe(1);
    expect(search('trim(@)', `${' '.repeat(1_000_000)}x${' '.repeat(1_000_000)}`)).toBe('x');
  });
});
