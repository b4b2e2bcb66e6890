import { describe, expect, test } from 'vitest';
import { expectClean, expectProblems, pipeline, planOf, problemsOf } from './checked.ts';

const log = (id: string, message = '', fields = '') =>
  `{ "id": "${id}", "component": "logger", "config": { "message": "${message}" }${fields && `, ${fields}`} }`;
const stage = (id: string, component: string, config: string, fields = '') =>
  `{ "id": "${id}", "component": "${component}", "config": { ${config} }${fields && `, ${fields}`} }`;
const each = (id: string, list: string, more = '') =>
  stage(id, 'foreach', `"items": [1, 2], "loop_stages": ${list}${more}`);
const request = (id: string, fields = '') => stage(id, 'http-request', '"url": "https://example.com"', fields);

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

describe('join', () => {
  const gate = stage('c', 'conditional', '"condition": "input.x", "true_branch": "yes", "false_branch": "no"');
  const meet = (fields: string) => pipeline([gate, log('yes'), log('no'), log('after', '', fields)]);

  test('is demanded where branches of one gate meet', () => {
    expectProblems(meet('«"depends_on"»: ["yes", "no"]'), [
      [
        'JOIN_REQUIRED',
        'Branches of `c` meet in `after`: `yes`, `no` never all run',
        'Add `"join": "any"` to run after whichever ran, or `"join": "all"` to run only if none was skipped',
      ],
    ]);
    expectClean(meet('"depends_on": ["yes", "no"], "join": "any"'));
  });

  test('is demanded where their outputs are read', () => {
    expectProblems(
      pipeline([
        gate,
        log('yes'),
        log('no'),
        '{ "id": «"after"», "component": "logger", "config": { "message": "{{ default(stages.yes.output, stages.no.output) }}" } }',
      ]),
      [
        [
          'JOIN_REQUIRED',
          'Branches of `c` meet in `after`: `yes`, `no` never all run',
          'Add `"join": "any"` to run after whichever ran, or `"join": "all"` to run only if none was skipped',
        ],
      ],
    );
  });

  test('is not needed where only their status is read', () => {
    expectClean(
      pipeline([gate, log('yes'), log('no'), log('after', '{{ stages.yes.status }} {{ stages.no.status }}')]),
    );
  });

  test('is not needed for one branch, nor for one branch and something else', () => {
    expectClean(meet('"depends_on": ["yes", "c"]'));
  });

  test('is demanded further down, too', () => {
    const chain = [
      gate,
      log('yes'),
      log('no'),
      log('yes2', '', '"depends_on": ["yes"]'),
      log('no2', '', '"depends_on": ["no"]'),
    ];
    const codes = problemsOf(pipeline([...chain, log('after', '', '"depends_on": ["yes2", "no2"]')])).map(
      ({ code }) => code,
    );
    expect(codes).toEqual(['JOIN_REQUIRED']);
  });

  test('ends with the join: what follows is free again', () => {
    expectClean(
      pipeline([
        gate,
        log('yes'),
        log('no'),
        log('joined', '', '"depends_on": ["yes", "no"], "join": "any"'),
        log('last', '', '"depends_on": ["joined", "c"]'),
      ]),
    );
  });

  test('is not needed where routes overlap', () => {
    const router = stage(
      'r',
      'router',
      '"value": "{{ input.x }}", "routes": { "a": ["one", "both"], "b": ["two", "both"] }',
    );
    expectClean(pipeline([router, log('one'), log('two'), log('both'), log('z', '', '"depends_on": ["one", "both"]')]));
    const [problem] = problemsOf(
      pipeline([router, log('one'), log('two'), log('both'), log('z', '', '"depends_on": ["one", "both", "two"]')]),
    );
    expect(problem?.code).toBe('JOIN_REQUIRED');
  });

  test('all over branches that exclude each other never runs', () => {
    const never = '`after` never runs: it needs branches of `c` that exclude each other';
    const hint = 'Write `"join": "any"`, or take one of the dependencies away';
    expectProblems(
      pipeline([
        gate,
        log('yes'),
        log('no'),
        '{ "id": «"after"», "component": "logger", "config": { "message": "" }, "depends_on": ["yes", "no"], "join": "all" }',
      ]),
      [['NEVER_RUNS', never, hint]],
    );
  });
});

describe('what is doubtful', () => {
  const two = (fields = '') => [request('charge'), request('ship', fields)];

  test('two stages with effects in one list without an order', () => {
    expectProblems(pipeline([each('orders', '«["charge", "ship"]»'), ...two()]), [
      [
        'UNORDERED_EFFECTS',
        '`charge` and `ship` both have effects, and nothing says which comes first: a list is a set',
        'Add `"depends_on": ["charge"]` to `ship` if the order matters',
      ],
    ]);
    expectClean(pipeline([each('orders', '["charge", "ship"]'), ...two('"depends_on": ["charge"]')]));
  });

  test('also in a branch, and through an owner', () => {
    const codes = (stages: string[]) => problemsOf(pipeline(stages)).map(({ code }) => code);
    expect(
      codes([stage('c', 'conditional', '"condition": true, "true_branch": ["charge", "ship"]'), ...two()]),
    ).toEqual(['UNORDERED_EFFECTS']);
    expect(codes([each('orders', '["charge", "inner"]'), each('inner', '["ship"]'), ...two()])).toEqual([
      'UNORDERED_EFFECTS',
    ]);
    expect(codes([each('orders', '["charge", "note"]'), request('charge'), log('note')])).toEqual([]);
  });

  test('not in the main list, whose stages nobody put together', () => {
    expectClean(pipeline(two()));
  });

  test('an order through others is an order', () => {
    expectClean(
      pipeline([
        each('orders', '["charge", "note", "ship"]'),
        request('charge'),
        log('note', '{{ stages.charge.status }}'),
        request('ship', '"depends_on": ["note"]'),
      ]),
    );
  });

  test('a conditional return that nothing waits for', () => {
    const early = (id: string) => `{ "id": ${id}, "component": "return", "config": { "condition": "input.x" } }`;
    expectProblems(pipeline([early('«"early"»'), log('a')]), [
      [
        'UNUSED_RETURN',
        'Nothing depends on `early`, so the other stages run whatever it decides',
        'Add `"depends_on": ["early"]` to what should run only if it does not return',
      ],
    ]);
    expectClean(pipeline([early('"early"'), log('a', '', '"depends_on": ["early"]')]));
    expectClean(pipeline([log('a'), stage('end', 'return', '"value": 1', '"depends_on": ["a"]')]));
  });

  test('warnings do not keep a pipeline from running', () => {
    expect(planOf(pipeline([each('orders', '["charge", "ship"]'), ...two()])).main.stages).toHaveLength(1);
  });
});

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
