import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../src/core/expression/compile.ts';
import { createBudget } from '../../src/core/expression/evaluation.ts';
import { compileTemplate } from '../../src/core/expression/template.ts';
import { StageError } from '../../src/core/run.ts';
import { evaluate, failure, problems, world } from './expression-world.ts';

/** An expression reaches nothing but its roots, and never takes the process down. */

const items = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const text = (count: number): string => 'a'.repeat(count);

/** Nested lists, made without recursion. */
function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

function chain(times: number, step: string): string {
  return step.repeat(times);
}

describe('what would run for ever or eat the memory ends with limit_exceeded', () => {
  it.each<[what: string, source: string, input: unknown]>([
    ['22 chained doublings of lists', `[input]${chain(22, '.map(a, a + a)')}`, items(200)],
    ['chained doublings of text', `[input]${chain(22, '.map(a, a + a)')}`, text(200)],
    ['chained doublings by reference', `[input]${chain(18, '.map(a, [a, a])')}`, { big: items(200) }],
    ['chained doublings in objects', `[input]${chain(18, '.map(a, {"l": a, "r": a})')}`, { big: items(200) }],
    ['a result that is one value many times', 'input.n.map(i, input.big)', { n: items(10_000), big: text(10_000) }],
    ['a result that is one list many times', 'input.n.map(i, input.big)', { n: items(10_000), big: items(10_000) }],
    ['nested maps', 'input.map(a, input.map(b, input.map(c, a + b + c)))', items(200)],
    [
      'nested filters that keep nothing',
      'input.filter(a, input.exists(b, input.exists(c, a + b + c < 0)))',
      items(200),
    ],
    ['sorting a million numbers', '(input + input).sort()', items(500_000)],
    ['sorting long equal texts', 'input.sort()', items(20_000).map((i) => text(200) + ((i * 7_919) % 20_000))],
    ['keys that are slow to compute', 'input.sortBy(i, input.map(j, i * j).sum())', items(2_000)],
    ['replacing nothing by much', 'input.replace("", input)', text(10_000)],
    ['replacing each character by all', 'input.replace("a", input).replace("a", input)', text(2_000)],
    ['splitting into single characters', '(input + input + input).split("")', text(1_000_000)],
    ['joining many long texts', '[input, input, input].map(i, input).join("")', text(1_500_000)],
    ['joining with a long separator', 'input.n.map(i, "").join(input.sep)', { n: items(1_000), sep: text(100_000) }],
    [
      'JSON of one value many times',
      'input.n.map(i, size(json(input.big))).sum()',
      { n: items(1_000), big: items(100_000) },
    ],
    [
      'comparing large data again and again',
      'input.n.exists(i, input.a == input.b)',
      { n: items(10_000), a: [items(100_000), 0], b: [items(100_000), 1] },
    ],
    [
      'comparing expanded data',
      `[input]${chain(11, '.map(a, [a, a, a, a])')} == [input]${chain(11, '.map(a, [a, a, a, a])')}`,
      1,
    ],
    ['looking for something in long lists', 'input.filter(i, -1 in input)', items(10_000)],
    [
      'looking for something in long texts',
      'input.n.exists(i, input.t.contains(input.u))',
      { n: items(10_000), t: text(1_000_000), u: 'b' },
    ],
    ['objects that all look alike', 'input.unique()', items(5_000).map((i) => ({ a: [i] }))],
    [
      'merging large objects',
      'input.n.map(i, merge(input.o, input.o).x).size()',
      {
        n: items(10_000),
        o: Object.fromEntries(
          items(5_000)
            .map((i) => [i, i])
            .concat([['x', 1] as never]),
        ),
      },
    ],
    ['flattening one list many times', 'input.map(i, input).flatten().map(i, 0)', items(3_000)],
    [
      'hashing megabytes again and again',
      'input.n.exists(i, sha256(input.t) == "")',
      { n: items(10_000), t: text(1_000_000) },
    ],
    [
      'encoding megabytes again and again',
      'input.n.exists(i, urlEncode(input.t) == "")',
      { n: items(10_000), t: text(1_000_000) },
    ],
    [
      'a formatted date for each of many',
      'input.map(i, date(now(), "yyyy-MM-dd HH:mm:ss", i % 2 == 0 ? "Europe/Paris" : "Asia/Tokyo"))',
      items(100_000),
    ],
    ['a pattern with a large automaton', 'input.matches("(?:a|b)*a(?:a|b){500}")', text(1_000_000)],
    ['a pattern of classes', 'input.matches("(\\\\pL{100}){10}$")', text(200_000)],
    ['many patterns', 'input.exists(i, "x".matches("(a{10}){10}" + string(i)))', items(100_000)],
  ])('%s', (_what, source, input) => {
    expect(failure(source, input)).toMatchObject({ type: 'EXPRESSION', code: 'limit_exceeded' });
  });

  it('which default, has, &&, || and exists do not take for an answer', () => {
    const heavy = 'input.map(a, input.map(b, input.map(c, 1))).size() > 0';
    for (const source of [
      `default(${heavy}, true)`,
      `${heavy} || true`,
      `false && ${heavy} || ${heavy} || true`,
      `[1].exists(i, ${heavy}) || true`,
      `[1, 2].all(i, ${heavy}) && false`,
    ]) {
      expect(failure(source, items(1_000)).code).toBe('limit_exceeded');
    }
  });

  it('and says what was exceeded', () => {
    const limits = [
      ['input.map(a, input.map(b, 1))', items(2_000), 'The expression takes more than 1,000,000 steps'],
      ['input + input + input', text(2_000_000), 'The expression builds more than 4 MB'],
      ['json(input)', nested(300), 'The data is nested deeper than 256 levels'],
    ] as const;
    for (const [source, input, message] of limits) {
      expect(failure(source, input)).toMatchObject({
        message,
        hint: 'Give it less data, or split the work into stages',
      });
    }
  });
});

describe('searching is linear', () => {
  // With the search of the engine each of these takes seconds.
  const needle = `${text(50_000)}b${text(50_000)}`;

  it.each([
    'input.t.contains(input.u)',
    'input.t.indexOf(input.u) >= 0',
    'size(input.t.split(input.u)) > 1',
    'input.t.replace(input.u, "") != input.t',
  ])('%s', (source) => {
    expect(evaluate(source, { t: text(1_000_000), u: needle })).toBe(false);
    expect(evaluate(source, { t: `${text(70_000)}b${text(70_000)}`, u: needle })).toBe(true);
  });
});

describe('regular expressions', () => {
  it.each([
    ['(a+)+$', false],
    ['(a|a)*b', false],
    ['(a|aa)+$', false],
    ['(.*)*c', false],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', false],
    ['a?'.repeat(50) + 'a'.repeat(50), true],
  ])('%s takes linear time', (pattern, value) => {
    expect(evaluate('input.t.matches(input.p)', { t: `${text(50)}!`, p: pattern })).toBe(value);
    expect(evaluate('input.t.matches(input.p)', { t: `${text(20_000)}!`, p: pattern })).toBeTypeOf('boolean');
  });

  it.each([
    '(a{1000}){1000}',
    '((a{100}){100}){100}',
    'a{1001}',
    '(?:x{500}){3}',
    `(${text(900)}){1000}`,
    text(1_001),
    `${'('.repeat(400)}a${')'.repeat(400)}{500}`,
    '\\',
    '(?<=a)b',
    '(a)\\1',
    '[z-a]',
    '*',
  ])('%s is refused', (pattern) => {
    expect(failure('input.t.matches(input.p)', { t: 'aaa', p: pattern })).toMatchObject({ code: 'invalid_argument' });
    expect(problems(`"a".matches(${JSON.stringify(pattern)})`)).toMatchObject([{ code: 'WRONG_ARGUMENTS' }]);
  });
});

describe('deep data does not end on the stack', () => {
  const deep = nested(100_000);

  it.each([
    ['json(input)', deep],
    ['string(input)', deep],
    ['input == input', [deep, deep]],
    ['input[0] == input[1]', [deep, nested(100_000)]],
    ['input[0] in [input[1]]', [deep, nested(100_000)]],
    ['input.unique()', [deep, nested(100_000)]],
    ['[input]', deep],
    ['{"a": input}', deep],
    ['parseJson(input)', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['parseJson(input)', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
  ])('%s', (source, input) => {
    try {
      evaluate(source, input);
    } catch (error) {
      expect(error).toBeInstanceOf(StageError);
      expect(error).toMatchObject({ code: 'limit_exceeded' });
      return;
    }
    // The same value on both sides needs no look inside.
    expect(['input == input', 'input.unique()']).toContain(source);
  });

  it('passes through where nothing has to look inside', () => {
    expect(evaluate('input', deep)).toBe(deep);
    expect(
      evaluate(
        'input.sort().size()',
        items(3).map(() => 'x'),
      ),
    ).toBe(3);
    expect(failure('input.sort()', [deep, deep]).code).toBe('type_mismatch');
    expect(evaluate('size(input.flatten())', [deep, deep])).toBe(2);
  });

  it('brackets in texts are not depth', () => {
    expect(evaluate('parseJson(input)', JSON.stringify('['.repeat(10_000)))).toBe('['.repeat(10_000));
    expect(evaluate('parseJson(input)', `["\\"${'['.repeat(1_000)}"]`)).toEqual([`"${'['.repeat(1_000)}`]);
  });
});

describe('nothing is reached but data', () => {
  const names = [
    'toString',
    'valueOf',
    'hasOwnProperty',
    'isPrototypeOf',
    '__defineGetter__',
    '__lookupSetter__',
    'length',
    'map',
    'then',
    'names',
    'ms',
    'value',
  ];
  const values = [
    'input',
    'input.name',
    'input.items',
    '"text"',
    '[1]',
    '{"a": 1}',
    '1',
    'true',
    'null',
    'now()',
    'duration(1)',
    'b"x"',
    'input.?a',
    'context',
    'stages.fetch.output',
    'stages.fetch.status',
  ];

  it.each(names)('.%s is no field of anything', (name) => {
    for (const value of values) {
      for (const source of [
        `${value}.${name}`,
        `${value}["${name}"]`,
        `has(${value}.${name}) || 1 / 0 > 0`,
        `[0].map(i, ${value}.${name})`,
      ]) {
        const found = problems(source);
        if (found.length > 0) continue;
        let result: unknown;
        try {
          result = evaluate(source);
        } catch (error) {
          expect(error).toBeInstanceOf(StageError);
          continue;
        }
        // Behind an optional value nothing is there either.
        expect([null, [null]], source).toContainEqual(result);
      }
    }
  });

  it.each(['__proto__', 'constructor', 'prototype'])('%s is refused wherever it is written', (name) => {
    for (const value of values) {
      expect(problems(`${value}.${name}`)).not.toEqual([]);
      expect(problems(`${value}["${name}"]`)).not.toEqual([]);
    }
    expect(problems(name)).not.toEqual([]);
    expect(problems(`${name}()`)).not.toEqual([]);
    expect(problems(`"".${name}("return process")()`)).not.toEqual([]);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'a computed key %s finds own fields only',
    (name) => {
      expect(failure('input.o[input.k]', { o: {}, k: name }).code).toBe('missing_field');
      expect(evaluate('input.k in input.o', { o: {}, k: name })).toBe(false);
      expect(evaluate('default(input.o[input.k], "none")', { o: {}, k: name })).toBe('none');
      const own = JSON.parse(`{"${name}": "mine"}`) as unknown;
      expect(evaluate('input.o[input.k]', { o: own, k: name })).toBe('mine');
    },
  );

  it('data with dangerous keys makes no dangerous objects', () => {
    const evil = JSON.parse('{"__proto__": {"polluted": true}, "a": 1}') as unknown;
    for (const source of [
      'merge(input, {})',
      'fromEntries(entries(input))',
      'parseJson(json(input))',
      'keys(input).map(k, {"key": k, "value": {"polluted": true}}).fromEntries()',
      'keys(input).indexBy(k, k)',
      'keys(input).groupBy(k, k)',
      '{keys(input)[0]: {"polluted": true}}',
      '[input, now()][0]',
    ]) {
      const result = evaluate(source, evil) as Record<string, unknown>;
      expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
      expect(result.polluted).toBeUndefined();
      expect(Object.hasOwn(result, '__proto__')).toBe(true);
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('getters of classes and functions of the host are no data', () => {
    let called = 0;
    class Host {
      own = 'own';
      get inherited(): string {
        called++;
        return 'leak';
      }
      method(): string {
        called++;
        return 'leak';
      }
    }
    const host = new Host();
    for (const source of ['input.inherited', 'input.method', 'input["inherited"]', 'default(input.inherited, 1 / 0)']) {
      expect(failure(source, host).type).toBe('EXPRESSION');
    }
    expect(evaluate('input.own', host)).toBe('own');
    expect(evaluate('keys(input)', host)).toEqual(['own']);
    expect(called).toBe(0);
    expect(failure('input.f', { f: () => 1 }).code).toBe('type_mismatch');
  });
});

describe('budgets', () => {
  it('are shared by the evaluations of a stage', () => {
    const compiled = compileExpression('input.exists(i, i + item < 0)', { locals: ['item'] });
    if (!compiled.ok) throw new Error('it compiles');
    const environment = world({ input: items(1_000) });
    const budget = createBudget();
    let done = 0;
    expect(() => {
      for (; done < 10_000; done++) compiled.value.evaluateWithin(budget, environment, { item: done });
    }).toThrow(expect.objectContaining({ code: 'limit_exceeded' }));
    expect(done).toBeGreaterThan(50);
    expect(done).toBeLessThan(500);
    // What is used up stays used up.
    expect(() => compiled.value.evaluateWithin(budget, environment, { item: 1 })).toThrow(StageError);
    expect(compiled.value.evaluate(environment, { item: 1 })).toBe(false);
  });

  it('let each evaluation build as much as one may', () => {
    const compiled = compileExpression('size(input + input)');
    if (!compiled.ok) throw new Error('it compiles');
    const budget = createBudget();
    for (let i = 0; i < 20; i++)
      expect(compiled.value.evaluateWithin(budget, world({ input: text(1_000_000) }))).toBe(2e6);
  });

  it('are shared by all templates of a value, so that no config takes more than one', () => {
    const heavy = '{{ input.map(a, input.map(b, 1)).size() }}';
    const compiled = compileTemplate({ a: heavy, b: [heavy, heavy, heavy], c: `${heavy}!` });
    if (!compiled.ok) throw new Error('it compiles');
    expect(compiled.value.resolve(world({ input: items(100) }))).toEqual({ a: 100, b: [100, 100, 100], c: '100!' });
    expect(() => compiled.value.resolve(world({ input: items(400) }))).toThrow(
      expect.objectContaining({ code: 'limit_exceeded', details: expect.objectContaining({ path: ['b', 2] }) }),
    );
    const large = compileTemplate(Array.from({ length: 50 }, () => '<{{ input }}>'));
    if (!large.ok) throw new Error('it compiles');
    expect(() => large.value.resolve(world({ input: text(500_000) }))).toThrow(
      expect.objectContaining({ code: 'limit_exceeded' }),
    );
  });

  it('leave room for ordinary work', () => {
    const many = items(10_000).map((id) => ({ id, name: `name ${id}`, price: id % 97, tags: ['a', 'b'] }));
    expect(evaluate('input.filter(i, i.price > 50).map(i, {"id": i.id, "label": i.name.upper()}).size()', many)).toBe(
      4738,
    );
    expect((evaluate('input.sortBy(i, i.price)', many) as unknown[]).length).toBe(10_000);
    expect(evaluate('input.groupBy(i, string(i.price)).size()', many)).toBe(97);
    expect(evaluate('size(json(input)) > 100000', many)).toBe(true);
    expect(evaluate('input.map(i, i.name).unique().size()', many)).toBe(10_000);
    expect(evaluate('input.all(i, i.name.matches("^name \\\\d+$"))', many)).toBe(true);
    expect(evaluate('size(sha256(input))', text(4_000_000))).toBe(64);
    expect(evaluate('size(input.split(","))', `${text(30)},`.repeat(50_000))).toBe(50_001);
  });
});
