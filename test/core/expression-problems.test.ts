import { describe, expect, it } from 'vitest';
import { EXPRESSION_CODES } from '../../src/core/codes/expression.ts';
import { codeEntry } from '../../src/core/codes/index.ts';
import { finds } from './expression-finds.ts';
import { failure, problems } from './expression-world.ts';

finds('UNKNOWN_ROOT', [
  [
    'input.first-name',
    'name',
    '`first-name` is a subtraction, and there is no `name`',
    'A name with a hyphen goes in brackets: `["first-name"]`',
  ],
  ['inptu.x', 'inptu', 'There is no `inptu`', 'Did you mean `input`?'],
  [
    'input.a == paid',
    'paid',
    'There is no `paid`',
    'Names begin with `input`, `stages`, `context`, `vars`, `secrets`; text goes in quotes: `"paid"`',
  ],
  ['input.items.map(item, itm.id)', 'itm', 'There is no `itm`', 'Did you mean `item`?'],
  [
    'process.env',
    'process',
    'There is no `process`',
    'Names begin with `input`, `stages`, `context`, `vars`, `secrets`; text goes in quotes: `"process"`',
  ],
  [
    'constructor',
    'constructor',
    'There is no `constructor`',
    'Names begin with `input`, `stages`, `context`, `vars`, `secrets`; text goes in quotes: `"constructor"`',
  ],
  [
    '[1].map(i, 1) + i',
    'i',
    'There is no `i`',
    'Names begin with `input`, `stages`, `context`, `vars`, `secrets`; text goes in quotes: `"i"`',
  ],
]);

finds('UNKNOWN_FUNCTION', [
  ['input.name.uper()', 'uper', 'There is no function `uper`', 'Did you mean `upper`?'],
  ['lenght(input.items)', 'lenght', 'There is no function `lenght`', 'Write `size(x)`'],
  ['input.name.toUpperCase()', 'toUpperCase', 'There is no function `toUpperCase`', 'Write `x.upper()`'],
  [
    'input.items.includes(1)',
    'includes',
    'There is no function `includes`',
    'Write `x.contains(text), or item in list`',
  ],
  ['xyzzy(1)', 'xyzzy', 'There is no function `xyzzy`', '`fm explain UNKNOWN_FUNCTION` lists all functions'],
  [
    'input.name.constructor("x")',
    'constructor',
    'There is no function `constructor`',
    '`fm explain UNKNOWN_FUNCTION` lists all functions',
  ],
  ['input.x.of(1)', 'of', 'There is no function `of`', '`fm explain UNKNOWN_FUNCTION` lists all functions'],
]);

finds('WRONG_ARGUMENTS', [
  [
    'input.name.split()',
    'input.name.split()',
    '`x.split(sep)` takes 2 values, and here are 1, the one before the dot counted',
    '`fm explain UNKNOWN_FUNCTION` lists all functions',
  ],
  [
    'round(1, 2, 3)',
    'round(1, 2, 3)',
    '`round(x, digits)` takes 1 to 2 values, and here are 3',
    '`fm explain UNKNOWN_FUNCTION` lists all functions',
  ],
  ['now(1)', 'now(1)', '`now()` takes nothing, and here are 1', '`fm explain UNKNOWN_FUNCTION` lists all functions'],
  [
    'has(input)',
    'has(input)',
    '`has(a.b)` takes one field, and says whether it is there',
    '`fm explain UNKNOWN_FUNCTION` lists all functions',
  ],
  [
    'default(input.a)',
    'default(input.a)',
    '`default(x, y)` takes two values: `y` is taken where `x` is missing or null',
    '`fm explain UNKNOWN_FUNCTION` lists all functions',
  ],
  [
    'input.items.map(i)',
    'input.items.map(i)',
    '`x.map(i, value)` takes a variable and what is done with it, and may take a condition before the value',
    '`fm explain UNKNOWN_FUNCTION` lists all functions',
  ],
  [
    'filter(input.items, i)',
    'filter(input.items, i)',
    '`filter(x, i, condition)` takes a variable and what is done with it',
    '`fm explain UNKNOWN_FUNCTION` lists all functions',
  ],
  ['map(input.items, 1, 2)', '1', "A variable's name was expected here", 'It looks like `items.map(i, i.name)`'],
  [
    'sortBy(input.items, 1)',
    'sortBy(input.items, 1)',
    '`x.sortBy(i, key)` takes a variable and a key, or the name of a field in quotes',
    '`fm explain UNKNOWN_FUNCTION` lists all functions',
  ],
  ['input.name.matches("(")', '"("', 'The pattern is not one of RE2: missing closing ): `(`'],
  ['input.name.matches("(a{1000}){1000}")', '"(a{1000}){1000}"', 'The pattern repeats too much, e.g. (a{100}){100}'],
  ['{1: "a"}', '1', 'Keys are text, not `1`', 'Write `"1"`'],
]);

finds('STAGE_NOT_LITERAL', [
  [
    'stages',
    'stages',
    '`stages` cannot be used as a whole',
    'Write `stages.ID.output`: the stages that are read must be known before the run starts',
  ],
  [
    'json(stages)',
    'stages',
    '`stages` cannot be used as a whole',
    'Write `stages.ID.output`: the stages that are read must be known before the run starts',
  ],
  [
    'stages[input.id].output',
    'input.id',
    "A stage's id must be written out",
    'Write `stages.ID.output`: the stages that are read must be known before the run starts',
  ],
  [
    'stages["a" + "b"].output',
    '"a" + "b"',
    "A stage's id must be written out",
    'Write `stages.ID.output`: the stages that are read must be known before the run starts',
  ],
  [
    'stages.?a.output',
    'stages.?a',
    'A stage cannot be optional',
    'A stage is there or it is not; write `stages.a.?output`',
  ],
]);

finds('UNKNOWN_STAGE_FIELD', [
  [
    'stages.fetch',
    'stages.fetch',
    '`stages.fetch` is a stage, not a value',
    'Write `stages.fetch.output`, `.status` or `.error`',
  ],
  [
    'stages.fetch.outptu.x',
    'outptu',
    'A stage has only `output`, `status` and `error`',
    'Did you mean `stages.fetch.output`?',
  ],
  [
    'stages.fetch.body',
    'body',
    'A stage has only `output`, `status` and `error`',
    'What the stage gave is in its output: `stages.fetch.output.body`',
  ],
  [
    'stages.fetch[input.x]',
    'input.x',
    'A stage has only `output`, `status` and `error`',
    'What the stage gave is in its output: `stages.fetch.output`',
  ],
  [
    'stages.my-id.output',
    'stages.my-id.output',
    '`stages.my-id` is a subtraction',
    'An id with a hyphen goes in brackets: `stages["my-id"].output`',
  ],
]);

finds('NAME_NOT_LITERAL', [
  ['vars', 'vars', '`vars` cannot be used as a whole', 'Write `vars.NAME`'],
  [
    'vars[input.x]',
    'input.x',
    'The name behind `vars` must be written out',
    'All vars that a file names are looked up before its first stage; write `vars.NAME`',
  ],
  ['keys(secrets)', 'secrets', '`secrets` cannot be used as a whole', 'Write `secrets.NAME`'],
  [
    'secrets[input.x]',
    'input.x',
    'The name behind `secrets` must be written out',
    'All secrets that a file names are looked up before its first stage; write `secrets.NAME`',
  ],
  [
    'context[input.x]',
    'input.x',
    'The name behind `context` must be written out',
    'Write `context.NAME`; loop variables and `context.vars` are known by their names',
  ],
  [
    'context.vars',
    'context.vars',
    '`context.vars` cannot be used as a whole',
    'Write `context.vars.NAME`: the stage that sets it must be known before the run starts',
  ],
  [
    'context.vars[input.x]',
    'input.x',
    'The name of a variable must be written out',
    'The stage that sets it must be known before the run starts; write `context.vars.NAME`',
  ],
]);

finds('REFUSED_KEY', [
  [
    '{"__proto__": 1}',
    '"__proto__"',
    '`__proto__` may not be written as a key',
    'To read data of that name go through `entries(x)`',
  ],
  [
    'input.constructor',
    'constructor',
    '`constructor` may not be written as a key',
    'To read data of that name go through `entries(x)`',
  ],
  [
    'input["prototype"]',
    '"prototype"',
    '`prototype` may not be written as a key',
    'To read data of that name go through `entries(x)`',
  ],
  [
    'input.?__proto__',
    '__proto__',
    '`__proto__` may not be written as a key',
    'To read data of that name go through `entries(x)`',
  ],
  [
    'sortBy(input.items, "constructor")',
    '"constructor"',
    '`constructor` may not be written as a key',
    'To read data of that name go through `entries(x)`',
  ],
]);

finds('HIDDEN_ROOT', [
  ['input.items.map(input, 1)', 'input', 'The variable `input` would hide the root of that name', 'Call it `i`'],
  ['input.items.map(secrets, 1)', 'secrets', 'The variable `secrets` would hide the root of that name', 'Call it `i`'],
]);

finds('BIND_REFUSED', [
  [
    'cel.bind(x, 1, x + x)',
    'cel.bind(x, 1, x + x)',
    '`cel.bind` is not part of the language',
    'Write the value twice, or compute it in a `variable-set` stage',
  ],
]);

finds('DUPLICATE_KEY', [
  ['{"a": 1, "a": 2}', '"a"', 'The key `"a"` is written twice', 'Only the last one would count'],
]);

finds('NOT_OPTIONAL', [
  [
    'input.name.orValue("x")',
    'input.name.orValue("x")',
    '`input.name` is not optional, so `orValue()` has no use',
    'Write `input.?name`, or `default(input.name, …)`',
  ],
]);

finds('INTEGER_TOO_LARGE', [
  [
    '9007199254740993',
    '9007199254740993',
    'A whole number beyond 2^53 would not be exact',
    'Numbers are JSON numbers, which are exact up to 9007199254740992; carry an id as text',
  ],
  [
    '-9007199254740993 + 1',
    '9007199254740993',
    'A whole number beyond 2^53 would not be exact',
    'Numbers are JSON numbers, which are exact up to 9007199254740992; carry an id as text',
  ],
  [
    '0xFFFFFFFFFFFFFFFF',
    '0xFFFFFFFFFFFFFFFF',
    'A whole number beyond 2^53 would not be exact',
    'Numbers are JSON numbers, which are exact up to 9007199254740992; carry an id as text',
  ],
]);

describe('all problems', () => {
  it('are found at once, in the order of the text', () => {
    expect(
      problems('foo.a + stages.x.bar + uper(vars[input.x]) + 1.default()').map(({ code, marked }) => [code, marked]),
    ).toEqual([
      ['UNKNOWN_ROOT', 'foo'],
      ['UNKNOWN_STAGE_FIELD', 'bar'],
      ['UNKNOWN_FUNCTION', 'uper'],
      ['NAME_NOT_LITERAL', 'input.x'],
      ['WRONG_ARGUMENTS', '1.default()'],
    ]);
  });

  it('count for locals and for what a field leaves out', () => {
    expect(problems('item.x', { locals: ['item'] })).toEqual([]);
    expect(problems('[1].map(item, item)', { locals: ['item'] })).toMatchObject([{ code: 'HIDDEN_ROOT' }]);
    expect(problems('stages.a.output', { without: ['stages'] })).toEqual([
      {
        code: 'UNKNOWN_ROOT',
        marked: 'stages',
        message: '`stages` is not to be had here',
        hint: 'What is: `input`, `context`, `vars`, `secrets`',
      },
    ]);
  });

  it('have a page each', () => {
    for (const [code, { title, explanation }] of Object.entries(EXPRESSION_CODES)) {
      expect(codeEntry(code)?.title).toBe(title);
      expect(explanation.length).toBeGreaterThan(60);
    }
  });

  it('and failures too', () => {
    for (const source of ['input.x', 'input.items[9]', 'input.nothing.x', '1 + ""', 'int("")', '1 / 0', '1e308 * 10']) {
      expect(codeEntry(failure(source).code)).toBeDefined();
    }
  });
});
