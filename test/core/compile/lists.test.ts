import { describe, expect, test } from 'vitest';
import { expectClean, expectProblems, pipeline, planOf } from './checked.ts';

const log = (id: string, message = '', fields = '') =>
  `{ "id": "${id}", "component": "logger", "config": { "message": "${message}" }${fields && `, ${fields}`} }`;
const stage = (id: string, component: string, config: string, fields = '') =>
  `{ "id": "${id}", "component": "${component}", "config": { ${config} }${fields && `, ${fields}`} }`;
const each = (id: string, list: string, more = '') =>
  stage(id, 'foreach', `"items": [1, 2], "loop_stages": ${list}${more}`);

describe('owners and gates', () => {
  test('a stage of a body cannot be read from outside', () => {
    expectProblems(pipeline([each('orders', '["pay"]'), log('pay'), log('sum', '{{ stages.«pay».output }}')]), [
      [
        'OWNED_STAGE',
        '`pay` belongs to `orders` (`loop_stages`) and cannot be seen from outside',
        'Read `stages.orders.output` instead: `results` holds what each iteration gave',
      ],
    ]);
    expectProblems(
      pipeline([
        stage('safe', 'trycatch', '"try_stages": ["pay"]'),
        log('pay'),
        log('sum', '', '"depends_on": [«"pay"»]'),
      ]),
      [
        [
          'OWNED_STAGE',
          '`pay` belongs to `safe` (`try_stages`) and cannot be seen from outside',
          'Read `stages.safe.output` instead: `result` holds what its stages gave, `status` and `error` how it went',
        ],
      ],
    );
  });

  test('nor by the result', () => {
    expectProblems(
      pipeline(
        [stage('again', 'loop', '"until": true, "loop_stages": ["a"]'), log('a')],
        '"result": "{{ stages.«a».output }}"',
      ),
      [
        [
          'OWNED_STAGE',
          '`a` belongs to `again` (`loop_stages`) and cannot be seen from outside',
          'Read `stages.again.output` instead: `last` holds what the last iteration gave, `results` all of them',
        ],
      ],
    );
  });

  test('a list sees itself and the enclosing graphs', () => {
    expectClean(
      pipeline([
        log('before'),
        each('outer', '["a", "inner"]'),
        log('a', '{{ stages.before.output.message }}'),
        each('inner', '["b", "c"]'),
        log('b', '{{ stages.before.output.message }} {{ stages.a.output.message }}'),
        log('c', '{{ stages.b.output.message }}'),
      ]),
    );
  });

  test('catch sees try, finally sees both, and not the other way round', () => {
    const safe = stage('safe', 'trycatch', '"try_stages": ["t"], "catch_stages": ["c"], "finally_stages": ["f"]');
    expectClean(
      pipeline([
        safe,
        log('t'),
        log('c', '{{ stages.t.status }} {{ context.error.message }}'),
        log('f', '{{ stages.t.status }} {{ stages.c.status }} {{ context.error }}'),
      ]),
    );
    expectProblems(
      pipeline([safe, log('t', '{{ stages.«c».output }}'), log('c', '{{ stages.«f».output }}'), log('f')]),
      [
        [
          'OWNED_STAGE',
          '`c` belongs to `catch_stages`, which runs after `try_stages` and cannot be seen from it',
          'Only later lists of `safe` see it',
        ],
        [
          'OWNED_STAGE',
          '`f` belongs to `finally_stages`, which runs after `catch_stages` and cannot be seen from it',
          'Only later lists of `safe` see it',
        ],
      ],
    );
  });

  test('unknown ids in lists', () => {
    expectProblems(pipeline([each('orders', '[«"pya"»]'), log('pay')]), [
      ['UNKNOWN_STAGE', 'There is no stage `pya`', 'Did you mean `pay`?'],
    ]);
    expectProblems(
      pipeline([
        stage('r', 'router', '"value": 1, "routes": { "a": «"x"», "b": ["r1", «"y"»] }, "default": «"z"»'),
        log('r1'),
      ]),
      [
        ['UNKNOWN_STAGE', 'There is no stage `x`', 'Stages of this file: `r`, `r1`'],
        ['UNKNOWN_STAGE', 'There is no stage `y`', 'Stages of this file: `r`, `r1`'],
        ['UNKNOWN_STAGE', 'There is no stage `z`', 'Stages of this file: `r`, `r1`'],
      ],
    );
  });

  test('an empty list of stages', () => {
    expectProblems(pipeline([each('orders', '«[]»')]), [
      ['INVALID_VALUE', '`loop_stages` must list a stage or more', 'Write `["<id>"]`'],
    ]);
  });

  test('a stage has one owner', () => {
    expectProblems(pipeline([each('x', '["a"]'), each('y', '[«"a"»]'), log('a')]), [
      [
        'TWO_OWNERS',
        '`a` already belongs to `loop_stages` of `x`, and a stage has one owner',
        'Take it out of one of the lists, or give each list a stage of its own',
      ],
    ]);
    expectProblems(pipeline([stage('t', 'trycatch', '"try_stages": ["a"], "catch_stages": [«"a"»]'), log('a')]), [
      [
        'TWO_OWNERS',
        '`a` already belongs to `try_stages` of `t`, and a stage has one owner',
        'Take it out of one of the lists, or give each list a stage of its own',
      ],
    ]);
  });

  test('a stage has one gate', () => {
    expectProblems(
      pipeline([
        stage('x', 'conditional', '"condition": true, "true_branch": "a"'),
        stage('y', 'conditional', '"condition": true, "true_branch": [«"a"»]'),
        log('a'),
      ]),
      [
        [
          'TWO_GATES',
          '`a` already is a branch of `x`, and a stage has one gate',
          'Let a stage of its own depend on `a`, or use `when`',
        ],
      ],
    );
  });

  test('a stage stands once in a list', () => {
    expectProblems(pipeline([each('x', '["a", «"a"»]'), log('a')]), [
      ['LISTED_TWICE', '`a` stands twice in `loop_stages`', 'Remove one of the two'],
    ]);
    expectProblems(
      pipeline([stage('c', 'conditional', '"condition": true, "true_branch": "a", "false_branch": «"a"»'), log('a')]),
      [
        [
          'LISTED_TWICE',
          '`a` is in both branches of `c`, so nothing decides whether it runs',
          'Take it out of both and write "depends_on": ["c"] in it',
        ],
      ],
    );
  });

  test('several routes of one router may share a stage', () => {
    const { main } = planOf(
      pipeline([
        stage('r', 'router', '"value": "{{ input.x }}", "routes": { "a": ["s", "only"], "b": "s" }, "default": "s"'),
        log('s'),
        log('only'),
      ]),
    );
    expect(main.stages.map(({ id, gate }) => [id, gate?.branches])).toEqual([
      ['r', undefined],
      ['s', ['a', 'b', 'default']],
      ['only', ['a']],
    ]);
  });

  test('`default` is no route', () => {
    expectProblems(pipeline([stage('r', 'router', '"value": 1, "routes": { «"default"»: "a" }'), log('a')]), [
      [
        'RESERVED_NAME',
        '`default` cannot be a route: it is the name for whatever no route matches',
        'Move it beside `routes`: "default": …',
      ],
    ]);
  });

  test('a branch stays in the graph where its gate is', () => {
    const { main } = planOf(
      pipeline([
        each('orders', '["check"]'),
        stage('check', 'conditional', '"condition": "context.item > 1", "true_branch": "big", "false_branch": "small"'),
        log('big'),
        log('small'),
      ]),
    );
    expect(main.stages.map(({ id }) => id)).toEqual(['orders']);
    expect(main.stages[0]?.bodies.loop_stages?.stages.map(({ id, gate }) => [id, gate])).toEqual([
      ['check', undefined],
      ['big', { index: 0, branches: ['true'] }],
      ['small', { index: 0, branches: ['false'] }],
    ]);
  });

  test('a gate cannot reach into a list that another stage owns', () => {
    expectProblems(
      pipeline([
        each('orders', '["pay"]'),
        log('pay'),
        stage('c', 'conditional', '"condition": true, "true_branch": «"pay"»'),
      ]),
      [
        [
          'GATE_SCOPE',
          '`c` can only let stages of its own list run, and `pay` belongs to `loop_stages` of `orders`',
          'Put both into the same list, or take `pay` out of `true_branch`',
        ],
      ],
    );
  });

  test('stages that are inside of each other', () => {
    expectProblems(pipeline([each('a', '["b"]'), each('b', '[«"a"»]')]), [
      ['CYCLE', 'Stages are inside of each other: a -> b -> a', 'Take one of them out of the list that names it'],
    ]);
    expectProblems(pipeline([each('a', '[«"a"»]')]), [
      ['CYCLE', 'Stages are inside of each other: a -> a', 'Take one of them out of the list that names it'],
    ]);
  });
});
