import { describe, expect, test } from 'vitest';
import { expectClean, expectProblems, pipeline, planOf } from './checked.ts';

const log = (id: string, message = '', fields = '') =>
  `{ "id": "${id}", "component": "logger", "config": { "message": "${message}" }${fields && `, ${fields}`} }`;
const stage = (id: string, component: string, config: string, fields = '') =>
  `{ "id": "${id}", "component": "${component}", "config": { ${config} }${fields && `, ${fields}`} }`;
const each = (id: string, list: string, more = '') =>
  stage(id, 'foreach', `"items": [1, 2], "loop_stages": ${list}${more}`);

describe('variables', () => {
  const set = (id: string, name: string, fields = '') =>
    stage(id, 'variable-set', `"name": "${name}", "value": 1`, fields);

  test('count as their setter for order and skipping', () => {
    const { main } = planOf(pipeline([log('a', '{{ context.vars.total }}'), set('s', 'total')]));
    expect(main.stages.map(({ id }) => id)).toEqual(['s', 'a']);
    expect(main.stages[1]).toMatchObject({ dependencies: [0], skipDependencies: [0] });
    expect([...main.variables]).toEqual([['total', 0]]);
  });

  test('have one setter per list', () => {
    expectProblems(pipeline([set('s1', 'x'), stage('s2', 'variable-set', '"name": «"x"», "value": 2')]), [
      [
        'DUPLICATE_VARIABLE',
        '`s1` already sets the variable `x` in the same list',
        'Use another name, or one setter whose value is chosen by `a ? b : c`',
      ],
    ]);
    expectClean(pipeline([set('s1', 'x'), each('o', '["s2"]'), set('s2', 'x')]));
  });

  test('that nobody sets name the nearest, or how to set one', () => {
    expectProblems(pipeline([set('s', 'total'), log('a', '{{ context.vars.«totl» }}')]), [
      ['UNKNOWN_VARIABLE', 'No stage that can be seen from here sets the variable `totl`', 'Did you mean `total`?'],
    ]);
    expectProblems(pipeline([log('a', '{{ context.vars.«total» }}')]), [
      [
        'UNKNOWN_VARIABLE',
        'No stage that can be seen from here sets the variable `total`',
        'Add a stage with the component `variable-set` and "name": "total"',
      ],
    ]);
  });

  test('of a body are not seen outside', () => {
    expectProblems(pipeline([each('o', '["s"]'), set('s', 'x'), log('a', '{{ context.vars.«x» }}')]), [
      [
        'UNKNOWN_VARIABLE',
        'No stage that can be seen from here sets the variable `x`',
        '`s` sets it inside of `o`; set it in this list or an enclosing one',
      ],
    ]);
  });

  test('have names that an expression can write', () => {
    expectProblems(pipeline([stage('s', 'variable-set', '"name": «"grand total"», "value": 1')]), [
      [
        'INVALID_NAME',
        '`name` must be letters, digits and `_`, beginning with a letter; found "grand total"',
        'Write `"grand_total"`',
      ],
    ]);
  });
});

describe('the context', () => {
  test('has the loop variables inside of a foreach', () => {
    expectClean(
      pipeline([
        each('o', '["a"]'),
        log('a', '{{ context.item }} {{ context.index }} {{ context.total }} {{ context.run_id }}'),
      ]),
    );
    expectClean(
      pipeline([
        each('o', '["a"]', ', "item_variable": "order", "index_variable": "n"'),
        log('a', '{{ context.order }} {{ context.n }}'),
      ]),
    );
  });

  test('has them nowhere else', () => {
    expectProblems(pipeline([log('a', '{{ context.«item» }}')]), [
      [
        'UNKNOWN_CONTEXT',
        '`context` has no field `item` here',
        'It exists inside of a `foreach` whose `item_variable` is `item`',
      ],
    ]);
    expectProblems(pipeline([each('o', '["a"]', ', "item_variable": "order"'), log('a', '{{ context.«ordr» }}')]), [
      ['UNKNOWN_CONTEXT', '`context` has no field `ordr` here', 'Did you mean `order`?'],
    ]);
  });

  test('has iteration and previous inside of a loop, and in `until`', () => {
    expectClean(
      pipeline([
        stage(
          'l',
          'loop',
          '"until": "context.iteration > 2 || stages.a.output != null", "loop_stages": ["a"], "result": "{{ stages.a.output }}"',
        ),
        log('a', '{{ context.previous }}'),
      ]),
    );
    expectProblems(pipeline([log('a', '{{ context.«iteration» }}')]), [
      ['UNKNOWN_CONTEXT', '`context` has no field `iteration` here', 'It exists inside of a `loop`'],
    ]);
  });

  test('has error in catch and finally lists only', () => {
    expectProblems(
      pipeline([
        stage('t', 'trycatch', '"try_stages": ["a"], "catch_stages": ["b"]'),
        log('a', '{{ context.«error» }}'),
        log('b', '{{ context.error.type }}'),
      ]),
      [
        [
          'UNKNOWN_CONTEXT',
          '`context` has no field `error` here',
          'It exists in `catch_stages` and `finally_stages` of a `trycatch`',
        ],
      ],
    );
  });

  test('loop variables have names of their own', () => {
    expectProblems(
      pipeline([each('o', '["a"]', ', "item_variable": «"run_id"», "index_variable": «"my index"»'), log('a')]),
      [
        [
          'RESERVED_NAME',
          '`item_variable` must not be `run_id`, which `context` already has',
          'Write `run_id_value`, for example',
        ],
        [
          'INVALID_NAME',
          '`index_variable` must be letters, digits and `_`, beginning with a letter; found "my index"',
          'Write `"my_index"`',
        ],
      ],
    );
    expectProblems(pipeline([each('o', '["a"]', ', "item_variable": «"index"»'), log('a')]), [
      ['RESERVED_NAME', 'Item and index cannot have the same name', 'Rename `item_variable`'],
    ]);
  });
});
