import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../src/core/expression/compile.ts';
import { evaluate, failure, world } from './expression-world.ts';

/** PIPELINES.md, section 3: what an expression reads, and what its operators do. */

describe('roots', () => {
  it.each([
    ['input.name', 'Ann'],
    ['input["my key"]', 'spaced'],
    ['input.user.tags[1]', 'y'],
    ['input.items[0].id', 'b'],
    ['stages.fetch.output.body.items[1].id', 2],
    ['stages["my-id"].output', 'hyphen'],
    ['stages.fetch.status', 'succeeded'],
    ['stages.fetch["status"]', 'succeeded'],
    ['stages.broken.error.code', 'stage_timeout'],
    ['stages.skipped.output', null],
    ['context.run_id', 'run-1'],
    ['context.item.id', 7],
    ['context.vars.total', 10],
    ['context["vars"]["total"]', 10],
    ['vars.REGION', 'eu'],
    ['vars["LIMITS"].max', 5],
  ])('%s', (source, value) => {
    expect(evaluate(source)).toEqual(value);
  });

  it('takes names that a field brings along, and lets a call override them', () => {
    const compiled = compileExpression('item.price * index', { locals: ['item', 'index'] });
    if (!compiled.ok) throw new Error('it compiles');
    const environment = world({ locals: { item: { price: 2 }, index: 3 } });
    expect(compiled.value.evaluate(environment)).toBe(6);
    expect(compiled.value.evaluate(environment, { item: { price: 5 }, index: 4 })).toBe(20);
    expect(compiled.value.evaluate(environment, { item: { price: 5 } })).toBe(15);
    expect(() => compiled.value.evaluate(world(), { item: { price: 5 } })).toThrow('index does not exist here');
  });

  it('keeps null apart from absent', () => {
    expect(evaluate('input.nothing')).toBeNull();
    expect(evaluate('has(input.nothing)')).toBe(true);
    expect(evaluate('has(input.something)')).toBe(false);
  });
});

describe('numbers are one type', () => {
  it.each([
    ['7 / 2', 3.5],
    ['1 == 1.0', true],
    ['7 % 2', 1],
    ['7.5 % 2', 1.5],
    ['-7 % 3', -1],
    ['2 * 3 + 4 * 5', 26],
    ['(2 + 3) * 4', 20],
    ['10 - 4 - 3', 3],
    ['-input.age', -42],
    ['0x10', 16],
    ['1e3', 1000],
    ['5u', 5],
    ['9007199254740992', 2 ** 53],
    ['input.items[1.0].id', 'a'],
    ['0.1 + 0.2', 0.1 + 0.2],
  ])('%s', (source, value) => {
    expect(evaluate(source)).toBe(value);
  });

  it.each(['-0', '0 * -1', '0 / -5', '-1 % 1', 'round(-0.4)', 'ceil(-0.5)', 'abs(-0.0)', 'sum([])'])(
    '%s is 0 and never -0, which JSON does not keep',
    (source) => {
      expect(Object.is(evaluate(source), 0)).toBe(true);
    },
  );

  it.each([
    ['1 / 0', 'division_by_zero'],
    ['1 % 0', 'division_by_zero'],
    ['0.0 / 0.0', 'division_by_zero'],
    ['1e308 * 10', 'not_finite'],
    ['1e308 + 1e308', 'not_finite'],
    ['-1e308 - 1e308', 'not_finite'],
    ['sum([1e308, 1e308])', 'not_finite'],
  ])('%s: %s', (source, code) => {
    expect(failure(source)).toMatchObject({ type: 'EXPRESSION', code });
  });
});

describe('operators', () => {
  it.each([
    ['"a" + "b"', 'ab'],
    ['[1] + ["a"]', [1, 'a']],
    ['"a" < "b"', true],
    ['2 >= 2', true],
    ['3 <= 2', false],
    ['false < true', true],
    ['timestamp("2026-01-01T00:00:00Z") < now()', true],
    ['duration("1m") > duration("59s")', true],
    ['b"a" < b"b"', true],
    ['1 == "1"', false],
    ['null == false', false],
    ['[1, {"a": [2]}] == [1.0, {"a": [2]}]', true],
    ['{"a": 1, "b": 2} == {"b": 2, "a": 1}', true],
    ['{"a": 1} == {"a": 1, "b": null}', false],
    ['[1, 2] == [2, 1]', false],
    ['input.nothing == null', true],
    ['input.name != "Bob"', true],
    ['timestamp("2026-01-01T01:00:00+01:00") == timestamp("2026-01-01T00:00:00Z")', true],
    ['"x" in input.user.tags', true],
    ['"z" in input.user.tags', false],
    ['"z" in ["a", "b", "c", "d", "e", "f", "z"]', true],
    ['1 in ["a", "b", "c", "d", "e", "f", "z"]', false],
    ['{"id": 1} in stages.fetch.output.body.items', true],
    ['"name" in input', true],
    ['!input.yes', false],
    ['input.age > 40 ? "old" : 7', 'old'],
    ['input.yes && input.age == 42 || false', true],
  ])('%s', (source, value) => {
    expect(evaluate(source)).toEqual(value);
  });

  it.each([
    ['1 + "a"', '+ adds two numbers, or joins two texts or two lists; 1 is a number and "a" is text'],
    ['{} + {}', '+ adds two numbers, or joins two texts or two lists; {} is an object and {} is an object'],
    [
      'true + true',
      '+ adds two numbers, or joins two texts or two lists; true is true or false and true is true or false',
    ],
    ['input.name - 1', '- takes numbers, but input.name is text'],
    ['2 * input.nothing', '* takes numbers, but input.nothing is null'],
    ['-input.name', '- takes a number, but input.name is text'],
    ['1 < "2"', '< compares two numbers, two texts or two of another kind that has an order, not a number and text'],
    ['[1] < [2]', '< compares two numbers, two texts or two of another kind that has an order, not two of a list'],
    ['null >= null', '>= compares two numbers, two texts or two of another kind that has an order, not two of null'],
    ['!input.name', '! takes true or false, but input.name is text'],
    ['input.age ? 1 : 2', '? : takes true or false, but input.age is a number'],
    ['input.name && true', '&& takes true or false, but input.name is text'],
    ['false || input.items', '|| takes true or false, but input.items is a list'],
    ['"a" in input.name', '`in` looks into a list or the keys of an object, but input.name is text'],
    ['1 in input', 'Keys are text, but 1 is a number'],
  ])('%s does not go together', (source, message) => {
    expect(failure(source)).toMatchObject({ type: 'EXPRESSION', code: 'type_mismatch', message });
  });

  it.each([
    ['"Total: " + input.age', 'Write `string(input.age)`, or give it its own {{ }}'],
    ['input.nothing + "a"', 'Say what to take instead: `default(input.nothing, "")`'],
    ['input.name * 2', 'Write `double(input.name)`'],
    ['!input.items', 'Write `size(input.items) > 0`'],
    ['input.nothing ? 1 : 2', 'Write `input.nothing != null`, or `default(input.nothing, false)`'],
    ['"a" in input.name', 'Write `input.name.contains("a")`'],
    ['now() > input.url', 'Turn the text into a timestamp with `timestamp(x)`'],
    ['input.url + duration(1)', 'Write `timestamp(input.url)`'],
    ['input.age < "50"', 'Turn the text into a number with `double(x)`'],
  ])('%s has the hint: %s', (source, hint) => {
    expect(failure(source).hint).toBe(hint);
  });

  it.each([
    ['1 / 0 > 1 || true', true],
    ['true || 1 / 0 > 1', true],
    ['1 / 0 > 1 && false', false],
    ['false && 1 / 0 > 1', false],
    ['input.missing == 1 || input.age == 42', true],
    ['input.name && false', false],
    ['input.name || true', true],
  ])('%s: an error on one side is ignored when the other decides', (source, value) => {
    expect(evaluate(source)).toBe(value);
  });

  it.each([
    ['1 / 0 > 1 || false', 'division_by_zero'],
    ['1 / 0 > 1 && true', 'division_by_zero'],
    ['true && 1 / 0 > 1', 'division_by_zero'],
    ['input.missing == 1 && input.other == 2', 'missing_field'],
  ])('%s: otherwise the error stays', (source, code) => {
    expect(failure(source).code).toBe(code);
  });

  it('evaluates only the branch that is taken', () => {
    expect(evaluate('input.yes ? 1 : 1 / 0')).toBe(1);
    expect(evaluate('input.yes ? [1] : {"a": 1}')).toEqual([1]);
  });

  it('computes keys of objects, which are text', () => {
    expect(evaluate('{input.name: 1, "x" + "y": [true, null, "a"]}')).toEqual({ Ann: 1, xy: [true, null, 'a'] });
    expect(failure('{input.age: 1}').message).toBe('Keys are text, but input.age is a number');
  });
});

describe('what is missing', () => {
  it.each([
    [
      'input.ulr',
      'missing_field',
      'input.ulr is missing; input has: name, age, url, nothing, yes, my key, user, items',
    ],
    ['input.user.adress.city', 'missing_field', 'input.user.adress is missing; input.user has: tags, address'],
    [
      'input["my kex"]',
      'missing_field',
      'input["my kex"] is missing; input has: name, age, url, nothing, yes, my key, user, items',
    ],
    ['{}.a', 'missing_field', '{}.a is missing; {} has no fields'],
    ['input.items[3]', 'index_out_of_range', 'input.items[3] is missing; input.items has 3 items'],
    ['input.items[-1]', 'index_out_of_range', 'input.items[-1] is missing; input.items has 3 items'],
    ['[][0]', 'index_out_of_range', '[][0] is missing; [] is empty'],
    ['input.nothing.x', 'field_of_null', 'input.nothing is null, so it has no field "x"'],
    ['input.nothing[0]', 'field_of_null', 'input.nothing is null, so it has no items'],
    ['stages.skipped.output.x', 'field_of_null', 'stages.skipped.output is null, so it has no field "x"'],
    [
      'stages.fetch.output.bdy',
      'missing_field',
      'stages.fetch.output.bdy is missing; stages.fetch.output has: status, body',
    ],
    ['stages.unknown.output', 'missing_field', 'stages.unknown.output does not exist here'],
    ['vars.NOPE', 'missing_field', 'vars.NOPE is missing; vars has: REGION, LIMITS'],
    ['context.vars.nope', 'missing_field', 'context.vars.nope is missing; context.vars has: total'],
  ])('%s: %s', (source, code, message) => {
    expect(failure(source)).toMatchObject({ type: 'EXPRESSION', code, message });
  });

  it('names the nearest field, and the first twenty of many', () => {
    expect(failure('input.ulr').hint).toBe('Did you mean `input.url`?');
    expect(failure('input.items[-1]').hint).toBe('The last one is `input.items[size(input.items) - 1]`');
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`field${index}`, index]));
    expect(failure('input.x', many).message).toMatch(/^input\.x is missing; input has: field0, .*field19 and 10 more$/);
  });

  it('says where in the expression it was', () => {
    expect(failure('1 + input.ulr').details).toEqual({ expression: '1 + input.ulr', start: 4, end: 13 });
  });

  it.each([
    ['input.name.first', 'input.name is text, and has no field "first"'],
    ['input.name.length', 'input.name is text, and has no field "length"'],
    ['input.name[0]', 'input.name is text, and has no items'],
    ['input.items.length', 'input.items is a list, and has no field "length"'],
    ['input.items["0"]', 'input.items is a list, and has no field "0"'],
    ['input.items[0.5]', 'Items are counted in whole numbers from 0, not 0.5'],
    ['input.age.x', 'input.age is a number, and has no field "x"'],
    ['input[0]', 'keys of an object are text, but 0 is a number'],
    ['now().year', 'now() is a timestamp, and has no field "year"'],
  ])('%s is another error, which default() does not take for missing', (source, message) => {
    expect(failure(source)).toMatchObject({ code: 'type_mismatch', message });
    expect(failure(`default(${source}, 1)`).code).toBe('type_mismatch');
  });

  describe('has() tests the last step', () => {
    it.each([
      ['has(input.name)', true],
      ['has(input.nope)', false],
      ['has(input.nothing)', true],
      ['has(input.nothing.x)', false],
      ['has(input["my key"])', true],
      ['has(input.items[2])', true],
      ['has(input.items[3])', false],
      ['has(input.?nope.x)', false],
      ['has(vars.REGION)', true],
      ['has(vars.NOPE)', false],
      ['has(stages.fetch.output)', true],
      ['has(stages.fetch.output.nope)', false],
    ])('%s', (source, value) => {
      expect(evaluate(source)).toBe(value);
    });

    it('and the steps before it must be there', () => {
      expect(failure('has(input.nope.x)').code).toBe('missing_field');
      expect(failure('has(input.name.x)').code).toBe('type_mismatch');
    });
  });

  describe('optional steps', () => {
    it.each([
      ['input.?name.orValue("x")', 'Ann'],
      ['input.?nope.orValue("x")', 'x'],
      ['input.?nope.deeper.still.orValue("x")', 'x'],
      ['input.?user.address.city.orValue("x")', 'Ulm'],
      ['input.nothing.?x.orValue("x")', 'x'],
      ['input.?nothing.orValue("x")', null],
      ['input.items[?0].id.orValue("x")', 'b'],
      ['input.items[?9].id.orValue("x")', 'x'],
      ['input[?"nope"].orValue(1)', 1],
      ['vars.?NOPE.orValue("d")', 'd'],
      ['stages.skipped.?output.?x.orValue(1)', 1],
      ['stages.fetch.output.?status.orValue(1)', 200],
      ['(input.yes ? input.?nope : input.?name).orValue("x")', 'x'],
      ['input.?nope', null],
      ['input.?name', 'Ann'],
      ['[input.?nope, input.?name]', [null, 'Ann']],
      ['{"a": input.?nope}', { a: null }],
      ['input.items.map(i, i.?nope.orValue(i.id))', ['b', 'a', 'c']],
      ['input.?nope == input.?nope', true],
    ])('%s', (source, value) => {
      expect(evaluate(source)).toEqual(value);
    });

    it('do not hide other errors', () => {
      expect(failure('input.nope.?x.orValue(1)').code).toBe('missing_field');
      expect(failure('input.?name.first.orValue(1)').code).toBe('type_mismatch');
      expect(failure('input.?name + "a"').message).toContain('input.?name is an optional value');
    });

    it('evaluate the other value only when it is needed', () => {
      expect(evaluate('input.?name.orValue(1 / 0)')).toBe('Ann');
    });
  });

  describe('default(x, y) is lazy', () => {
    it.each([
      ['default(input.name, "x")', 'Ann'],
      ['default(input.name, 1 / 0)', 'Ann'],
      ['default(input.nope, "x")', 'x'],
      ['default(input.nope.deep.er, "x")', 'x'],
      ['default(input.nothing, "x")', 'x'],
      ['default(input.nothing.x, "x")', 'x'],
      ['default(input.items[9].id, "x")', 'x'],
      ['default(upper(input.nope), "x")', 'x'],
      ['default(input.items[input.nope], "x")', 'x'],
      ['default(input.items.map(i, i.nope), [])', []],
      ['default(stages.skipped.output.x, "x")', 'x'],
      ['default(vars.NOPE, "x")', 'x'],
      ['default(default(input.a, input.b), "x")', 'x'],
      ['input.nope.default("x")', 'x'],
      ['default(null, null)', null],
      ['default(false, true)', false],
      ['default(0, 1)', 0],
      ['default(input.?nope, 1)', 1],
    ])('%s', (source, value) => {
      expect(evaluate(source)).toEqual(value);
    });

    it('and other errors stay', () => {
      expect(failure('default(1 / 0, 1)').code).toBe('division_by_zero');
      expect(failure('default(input.name + 1, 1)').code).toBe('type_mismatch');
      expect(failure('default(input.nope, input.nope)').code).toBe('missing_field');
    });
  });
});

describe('results leave as JSON', () => {
  it.each([
    ['timestamp("2026-01-31T13:34:56+01:00")', '2026-01-31T12:34:56Z'],
    ['timestamp("2026-01-31T12:34:56.5Z")', '2026-01-31T12:34:56.500Z'],
    ['duration("90s")', '90s'],
    ['duration("1h30m")', '5400s'],
    ['duration("-250ms")', '-0.25s'],
    ['b"\\xff\\x00"', '/wA='],
    ['[now(), {"d": duration(1)}, b"a"]', ['2026-01-31T12:34:56.789Z', { d: '1s' }, 'YQ==']],
    ['[duration(1), [b"a"]]', ['1s', ['YQ==']]],
    ['{"a": {"b": timestamp("2026-01-31")}}.a', { b: '2026-01-31T00:00:00Z' }],
    ['[[1, {"a": [2]}], []]', [[1, { a: [2] }], []]],
    ['[1].map(i, duration(i))', ['1s']],
    ['input.items.groupBy(i, duration(i.price))["3s"].map(i, i.id)', ['b']],
  ])('%s', (source, value) => {
    expect(evaluate(source)).toEqual(value);
  });

  it('gives data as it is, without a copy', () => {
    const input = { deep: { list: [1, { a: 2 }] } };
    expect(evaluate('input.deep', input)).toBe(input.deep);
    expect(evaluate('input.deep.list', input)).toBe(input.deep.list);
  });

  it('makes plain data of instances of classes, and reads nothing but their own fields', () => {
    class Host {
      own = 1;
      get secret(): string {
        return 'leak';
      }
    }
    expect(evaluate('input', new Host())).toEqual({ own: 1 });
    expect(failure('input.secret', new Host()).code).toBe('missing_field');
  });

  it('refuses what JSON does not have', () => {
    expect(failure('input.x', { x: Number.NaN }).code).toBe('not_finite');
    expect(failure('input.x', { x: Number.POSITIVE_INFINITY }).code).toBe('not_finite');
    expect(failure('[input]', { x: 1n }).message).toBe('A bigint is not JSON');
    expect(failure('input.x', { x: () => 1 }).message).toBe('A function is not JSON');
  });
});
