import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { ECHO, run } from './harness.ts';

/** What is wrong with an assertion about an input that comes back as the output. */
async function check(output: Json, assertion: JsonObject): Promise<string | undefined> {
  const path = assertion.path ?? 'output.value';
  const { messages } = await run(
    { tests: [{ name: 'test', input: { value: output }, assertions: [{ path, ...assertion }] }] },
    { pipeline: ECHO },
  );
  return messages[0];
}

const CASES: readonly [check: string, holds: readonly [Json, Json][], fails: readonly [Json, Json, string][]][] = [
  [
    'type',
    [
      ['x', 'string'],
      [1.5, 'number'],
      [2, 'integer'],
      [null, 'null'],
      [[], 'array'],
      [{}, 'object'],
      [true, ['string', 'boolean']],
    ],
    [
      [1.5, 'integer', 'is number, expected integer: 1.5'],
      ['1', ['number', 'null'], 'is string, expected number or null: "1"'],
    ],
  ],
  [
    'equals',
    [
      [
        { a: 1, b: [null] },
        { b: [null], a: 1 },
      ],
      [0, -0],
    ],
    [
      [{ a: 1 }, { a: 2 }, 'is not what was expected'],
      ['1', 1, 'is not what was expected'],
      [[1, 2], [2, 1], 'is not what was expected'],
    ],
  ],
  ['deepEquals', [[[{ a: [1] }], [{ a: [1] }]]], [[[{ a: [1] }], [{ a: [1, 2] }], 'is not what was expected']]],
  ['notEquals', [[1, 2]], [[{ a: 1 }, { a: 1 }, 'is {"a":1}, expected another value']]],
  [
    'greaterThan',
    [
      [2, 1],
      ['b', 'a'],
    ],
    [
      [1, 1, 'is 1, expected more than 1'],
      ['2', 1, 'is string, which cannot be compared with 1: "2"'],
    ],
  ],
  ['lessThan', [[1, 2]], [[2, 2, 'is 2, expected less than 2']]],
  ['greaterThanOrEqual', [[2, 2]], [[1, 2, 'is 1, expected at least 2']]],
  ['lessThanOrEqual', [[2, 2]], [[3, 2, 'is 3, expected at most 2']]],
  [
    'contains',
    [
      ['hello', 'ell'],
      [[1, { a: 1 }], { a: 1 }],
      [{ a: 1 }, 'a'],
    ],
    [
      ['hello', 'Ell', 'does not contain "Ell": "hello"'],
      [[1], 2, 'does not contain 2: [1]'],
      [{ a: 'b' }, 'b', 'does not contain "b": {"a":"b"}'],
    ],
  ],
  ['startsWith', [['hello', 'he']], [['hello', 'lo', 'does not start with "lo": "hello"']]],
  ['endsWith', [['hello', 'lo']], [[3, 'lo', 'is number, expected a text: 3']]],
  ['matches', [['a1b', '[0-9]']], [['ab', '^[0-9]', 'does not match "^[0-9]": "ab"']]],
  [
    'hasLength',
    [
      ['né😀', 3],
      [[1], 1],
      [{ a: 1 }, 1],
    ],
    [
      ['abc', 2, 'has length 3, expected 2: "abc"'],
      [7, 1, 'is number, which has no length: 7'],
    ],
  ],
  ['hasMinLength', [['abc', 3]], [['abc', 4, 'has length 3, expected at least 4: "abc"']]],
  ['hasMaxLength', [['abc', 3]], [['abc', 2, 'has length 3, expected at most 2: "abc"']]],
  [
    'includes',
    [
      [{ a: { b: 1, c: 2 } }, { a: { b: 1 } }],
      [[{ a: 1, b: 2 }], { a: 1 }],
    ],
    [
      [{ a: 1 }, { a: 2 }, 'does not include what was expected'],
      [[{ a: 1 }], { a: 2 }, 'has no item that includes {"a":2}; its 1 items: [{"a":1}]'],
    ],
  ],
  [
    'includesAll',
    [
      [
        [{ a: 1, z: 0 }, 2, 3],
        [3, { a: 1 }],
      ],
    ],
    [
      [[1, 2], [1, 4], 'has no item that includes 4; its 2 items: [1,2]'],
      ['12', ['1'], 'is string, expected a list: "12"'],
    ],
  ],
];

describe.each(CASES)('%s', (name, holds, fails) => {
  it.each(holds)('holds of %j with %j', async (value, expected) => {
    expect(await check(value, { [name]: expected })).toBeUndefined();
  });

  it.each(fails)('does not hold of %j with %j', async (value, expected, message) => {
    expect(await check(value, { [name]: expected })).toBe(`output.value ${message}`);
  });
});

describe('exists', () => {
  it('looks for a value, null included', async () => {
    expect(await check(null, { exists: true })).toBeUndefined();
    expect(await check({}, { path: 'output.value.a', exists: false })).toBeUndefined();
    expect(await check(1, { exists: false })).toBe('output.value exists: 1');
    expect(await check({ name: 1 }, { path: 'output.value.nam', exists: true })).toBe(
      'output.value.nam does not exist: output.value is an object with name',
    );
  });
});

describe('expression', () => {
  it.each([
    ['value == 3', 3],
    ['output.value.filter(x, x > 1) == [2]', [1, 2]],
    ["stages.echo.status == 'succeeded' && error == null", 0],
    ['input.value == output.value', 'x'],
    ['len(logs) == 0 && usage == null', 0],
  ])('%s holds', async (expression, output) => {
    expect(await check(output, { expression })).toBeUndefined();
  });

  it.each([
    ['value > 3', 3, '`value > 3` does not hold'],
    ['value', 3, '`value` gives 3, expected true or false'],
    ['value.a', {}, '`value.a`: value.a is missing; value has no fields'],
  ])('%s does not hold of %j', async (expression, output, message) => {
    expect(await check(output, { expression })).toBe(message);
  });

  it('needs no path', async () => {
    const tests = [{ name: 'test', assertions: [{ expression: 'output == {}' }] }];
    expect((await run({ tests }, { pipeline: ECHO })).messages).toEqual([]);
  });
});

describe('paths', () => {
  it('lead through lists, odd keys and to what is not there', async () => {
    const value = { 'my key': [{ 'a.b': 1 }], "it's": 2 };
    expect(await check(value, { path: 'output.value["my key"][0]["a.b"]', equals: 1 })).toBeUndefined();
    expect(await check(value, { path: 'output.value["it\'s"]', equals: 2 })).toBeUndefined();
    expect(await check([1], { path: 'output.value[3]', equals: 1 })).toBe(
      'output.value[3] does not exist: output.value is a list of 1',
    );
    expect(await check('x', { path: 'output.value.y', equals: 1 })).toBe(
      'output.value.y does not exist: output.value is "x"',
    );
    expect(await check({}, { path: 'output.value.constructor', equals: 1 })).toBe(
      'output.value.constructor does not exist: output.value is an empty object',
    );
  });

  it('suggest the key that was meant', async () => {
    const tests = [{ name: 'test', input: { total: 1 }, assertions: [{ path: 'output.totl', equals: 1 }] }];
    const { findings } = await run({ tests }, { pipeline: ECHO });
    expect(findings[0]).toMatchObject({ hint: 'Did you mean `output.total`?', path: 'output.totl', check: 'equals' });
  });

  it('of differences begin where the assertion looks', async () => {
    const tests = [
      {
        name: 'test',
        input: { items: [{ n: 1 }, { n: 2 }], more: true },
        assertions: [{ path: 'output', equals: { items: [{ n: 1 }, { n: 3 }, { n: 4 }] } }],
      },
    ];
    const { findings } = await run({ tests }, { pipeline: ECHO });
    expect(findings[0]?.differences).toEqual([
      { path: 'items[1].n', expected: 3, actual: 2 },
      { path: 'items[2]', expected: { n: 4 }, actual: undefined },
      { path: 'more', expected: undefined, actual: true },
    ]);
  });
});
