import { describe, expect, it } from 'vitest';
import { ECHO, http, type Pipeline, read, run, value } from './harness.ts';

const SHOP: Pipeline = {
  stages: [
    http('fetch'),
    { id: 'each', component: 'foreach', config: { items: [1], loop_stages: ['pay'] } },
    http('pay'),
    { id: 'ask', component: 'signal', config: { name: 'approval' } },
    { id: 'gate', component: 'conditional', config: { condition: true, true_branch: 'done' } },
    value('done', 1),
    { id: 'call', component: 'subpipeline', config: { pipeline: 'child' } },
  ],
  result: 1,
};
const others = { child: { stages: [http('deep')] } };

/** Problems of a test file whose only test is that text, as `line:column code message | hint`. */
function problems(test: string): string[] {
  const file = `{ "name": "s", "pipeline": "main", "tests": [\n{ "name": "t", ${test} }\n] }`;
  return read(file, { pipeline: SHOP, others }).problems.map(
    ({ line, column, code, message, hint }) => `${line}:${column} ${code} ${message}${hint ? ` | ${hint}` : ''}`,
  );
}

describe('what is wrong in a test file', () => {
  it.each([
    ['"asertions": []', '2:16 UNKNOWN_FIELD `asertions` is not a field of a test | Did you mean `assertions`?'],
    [
      '"assertions": [{ "path": "output", "equal": 1 }]',
      '2:51 UNKNOWN_FIELD `equal` is not a field of an assertion | Did you mean `equals`?',
    ],
    ['"assertions": [{ "path": "output" }]', '2:31 REQUIRED_FIELD The assertion checks nothing'],
    ['"assertions": [{ "equals": 1 }]', '2:31 REQUIRED_FIELD `path` is missing in an assertion'],
    [
      '"assertions": [{ "path": "outptu.a", "equals": 1 }]',
      '2:41 INVALID_PATH A path begins with `output`, `stages.<id>`, `error`, `logs` or `usage`, found `outptu.a` | Did you mean `output.a`?',
    ],
    [
      '"assertions": [{ "path": "stages.fetchh.status", "equals": 1 }]',
      '2:41 INVALID_PATH There is no stage `fetchh` in main | Did you mean `fetch`?',
    ],
    [
      '"assertions": [{ "path": "stages.deep.status", "equals": 1 }]',
      '2:41 INVALID_PATH There is no stage `deep` in main | It belongs to a pipeline that is called',
    ],
    [
      '"assertions": [{ "path": "stages.fetch.body", "equals": 1 }]',
      '2:41 INVALID_PATH Of a stage a path reads `status`, `output`, `error`, `attempts`, `config`; found `body` | Did you mean `stages.fetch.output.body`?',
    ],
    [
      '"assertions": [{ "path": "stages.fetch", "equals": 1 }]',
      '2:41 INVALID_PATH Of a stage a path reads `status`, `output`, `error`, `attempts`, `config`; found none',
    ],
    ['"assertions": [{ "path": "output..a", "equals": 1 }]', '2:41 INVALID_PATH The path cannot be read'],
    ['"assertions": [{ "path": "output", "type": "text" }]', '2:59 INVALID_VALUE'],
    [
      '"assertions": [{ "path": "output", "matches": "(" }]',
      '2:62 INVALID_VALUE The regular expression cannot be used',
    ],
    ['"assertions": [{ "expression": "output ==" }]', 'EXPRESSION_SYNTAX'],
    ['"assertions": [{ "expression": "secrets.A == 1" }]', 'UNKNOWN_ROOT'],
    [
      '"assertions": [{ "expression": "stages.fetchh.status == 1" }]',
      '2:55 UNKNOWN_STAGE There is no stage `fetchh` in main | Did you mean `fetch`?',
    ],
    [
      '"mocks": { "fetchh": { "output": {} } }',
      '2:27 UNKNOWN_MOCK The mock `fetchh` stands for no stage and no component of main | Did you mean `fetch`?',
    ],
    ['"mocks": { "critic": { "output": {} } }', '2:27 UNKNOWN_MOCK No stage of main has the component `critic`'],
    ['"mocks": { "gate": { "output": {} } }', '2:27 UNKNOWN_MOCK A conditional stage runs in tests, it is not mocked'],
    ['"mocks": { "ask": { "output": {} } }', 'it is not mocked | Give the data in `signals`'],
    [
      '"mocks": { "fetch": { "output": { "status": "200" } } }',
      '2:60 WRONG_TYPE `status` must be a number, found "200" | Write `200` without quotes',
    ],
    [
      '"mocks": { "fetch": { "output": { "stauts": 200 } } }',
      '2:50 UNKNOWN_FIELD `stauts` is not a field of the output of `http-request` | Did you mean `status`?',
    ],
    ['"mocks": { "fetch": { "output": { }, "error": {} } }', 'UNKNOWN_FIELD'],
    ['"mocks": { "fetch": { "error": { "type": "TIMEOT" } } }', 'INVALID_VALUE'],
    ['"mocks": { "fetch": [] }', 'INVALID_VALUE'],
    [
      '"signals": { "aproval": 1 }',
      '2:29 UNKNOWN_SIGNAL No stage of main waits for the signal `aproval` | Did you mean `approval`?',
    ],
    ['"expectError": "TIMEOT"', 'INVALID_VALUE'],
    ['"expectError": { "stage": "fetchh" }', '2:42 UNKNOWN_STAGE There is no stage `fetchh` in main'],
    ['"snapshot": { "path": "stages.fetchh.output" }', 'INVALID_PATH'],
    ['"config": {}', '2:16 INVALID_VALUE `config` belongs to tests of a single component'],
    ['"snapshot": { "ignore": ["o[*"] }', '2:41 INVALID_PATH The path `o[*` cannot be read'],
    ['"mocks": { "pay[1]": { "output": {} } }', 'Give the index to its owner'],
    ['"signals": { "ask[0]": 1 }', 'UNKNOWN_SIGNAL'],
    ['"now": "yesterday"', '2:23 INVALID_VALUE `now` must be a timestamp with a zone (RFC 3339)'],
    ['"timeout": "5 s"', '2:27 INVALID_DURATION'],
    ['"skip": 3', 'WRONG_TYPE'],
    ['"cases": []', 'INVALID_VALUE'],
  ])('%s', (test, expected) => {
    const found = problems(test);
    expect(found.join('\n')).toContain(expected);
  });

  it('is told all at once', () => {
    expect(problems('"skp": true, "mocks": { "x": { "output": 1 } }, "tags": "a"')).toHaveLength(2);
    expect(
      problems(
        '"mocks": { "x": { "output": 1 } }, "signals": { "y": 1 }, "assertions": [{ "path": "z", "equals": 1 }]',
      ),
    ).toHaveLength(3);
  });

  it('is a name that two tests have, or two cases of one', () => {
    const test = '{ "name": "a", "cases": [{ "name": "x" }, { "name": "x" }] }';
    const file = `{ "name": "s", "pipeline": "main", "tests": [${test}, { "name": "a" }] }`;
    const found = read(file, { pipeline: ECHO }).problems;
    expect(found.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'DUPLICATE_TEST The name `a › x` is taken by the test in line 1',
      'DUPLICATE_TEST The name `a` is taken by the test in line 1',
    ]);
  });

  it('is a number that a case without a name has and another is called', () => {
    const test = '{ "name": "a", "cases": [{}, {}, { "name": "#2" }] }, { "name": "__proto__" }';
    const file = `{ "name": "s", "pipeline": "main", "tests": [${test}] }`;
    const found = read(file, { pipeline: ECHO }).problems;
    expect(found.map(({ code }) => code)).toEqual(['DUPLICATE_TEST', 'FORBIDDEN_KEY']);
  });

  it.each([
    ['{ "name": "s", "tests": [{ "name": "t" }] }', 'REQUIRED_FIELD `pipeline` is missing in a test file'],
    ['{ "name": "s", "pipeline": "a", "component": "b", "tests": [{ "name": "t" }] }', 'exclude each other'],
    ['{ "name": "s", "pipeline": "main", "tests": [] }', 'must have 1 item or more'],
    ['{ "name": "s", "component": "filtr", "tests": [{ "name": "t" }] }', 'Did you mean `filter`?'],
    ['{ "name": "s", "component": "foreach", "tests": [{ "name": "t" }] }', 'needs other stages'],
    ['[]', 'A test file must be an object'],
    ['{', 'INVALID_JSON'],
    ['', 'INVALID_JSON'],
    [`${'['.repeat(100)}${']'.repeat(100)}`, 'NESTING_TOO_DEEP'],
    ['{ "name": "s", "__proto__": {}, "pipeline": "main", "tests": [{ "name": "t" }] }', 'FORBIDDEN_KEY'],
  ])('%s', (file, expected) => {
    const { suite, problems: found } = read(file, { pipeline: ECHO });
    expect(suite).toBeUndefined();
    expect(found.map(({ code, message, hint }) => `${code} ${message} | ${hint}`).join('\n')).toContain(expected);
  });
});

describe('tests of a single component', () => {
  it('run it with a config that may hold templates over the input', async () => {
    const file = {
      component: 'filter',
      tests: [
        {
          name: 'keeps what fits',
          input: { numbers: [1, 2, 3] },
          config: { items: '{{ input.numbers }}', condition: 'item > 1' },
          assertions: [{ path: 'output', equals: { items: [2, 3], count: 2, removed: 1 } }],
        },
        {
          name: 'refuses others',
          cases: [{ config: { items: 3, condition: 'true' } }],
          expectError: 'VALIDATION',
        },
      ],
    };
    expect(read(file).problems.map(({ code, line }) => [code, line])).toEqual([['WRONG_TYPE', 37]]);
    const first = { ...file, tests: file.tests.slice(0, 1) };
    expect((await run(first)).messages).toEqual([]);
  });

  it('show what is wrong in the config where it stands', () => {
    const file =
      '{ "name": "s", "component": "filter", "tests": [{ "name": "t",\n"config": { "items": [], "condition": "itm > 1" } }] }';
    expect(read(file).problems[0]).toMatchObject({ code: 'UNKNOWN_ROOT', line: 2, column: 39 });
  });

  it('let an effect happen, with a mock of what it fetches', async () => {
    const config = { url: 'https://example.test/a', retry: undefined };
    const fetch = { output: { status: 201, headers: { 'X-Id': '7' }, body: { ok: true } } };
    const tests = [
      {
        name: 'test',
        config: { url: config.url },
        mocks: { fetch },
        assertions: [
          { path: 'output.body', equals: { ok: true } },
          { path: 'output.headers["x-id"]', equals: '7' },
        ],
      },
    ];
    expect((await run({ component: 'http-request', tests })).messages).toEqual([]);
    const none = await run({ component: 'http-request', tests: [{ name: 'test', config: { url: config.url } }] });
    expect(none.messages).toEqual(['GET https://example.test/a would leave the machine, and there is no mock `fetch`']);
    const failing = [
      {
        name: 'test',
        config: { url: config.url },
        mocks: { fetch: { error: { type: 'CONNECTIVITY' } } },
        expectError: 'CONNECTIVITY',
      },
    ];
    expect((await run({ component: 'http-request', tests: failing })).messages).toEqual([]);
  });
});

describe('a stage that ran several times', () => {
  const LOOP: Pipeline = {
    stages: [
      { id: 'orders', component: 'foreach', config: { items: [1, 2], loop_stages: ['pay'] } },
      http('pay', { on_error: 'fail' }),
    ],
    result: 1,
  };
  const ok = { output: { status: 200 } };

  it('is no answer to whether its output exists, without an index', async () => {
    const assertions = [{ path: 'stages.pay.output', exists: false }];
    const { messages } = await run({ tests: [{ name: 'test', mocks: { pay: ok }, assertions }] }, { pipeline: LOOP });
    expect(messages).toEqual(['stages.pay ran 2 times']);
  });

  it('fails where expectError says, the index included', async () => {
    const mocks = { pay: [ok, { error: { type: 'COMPONENT' } }] };
    const test = (stage: string) =>
      run({ tests: [{ name: 'test', mocks, expectError: { stage } }] }, { pipeline: LOOP });
    expect((await test('pay[1]')).messages).toEqual([]);
    expect((await test('orders[1]/pay')).messages).toEqual([]);
    expect((await test('pay[0]')).messages).toHaveLength(1);
  });

  it('may be compared with a snapshot of what it was called with', async () => {
    const snapshot = { path: 'stages.pay[0].config.url' };
    const { messages, snapshots } = await run(
      { tests: [{ name: 'test', mocks: { pay: ok }, snapshot }] },
      { pipeline: LOOP },
    );
    expect(messages).toEqual([]);
    expect(snapshots.changed()).toEqual({ test: { 'stages.pay[0].config.url': 'https://example.test/pay' } });
  });
});

describe('the end of a run', () => {
  const FAILING: Pipeline = {
    stages: [
      { id: 'check', component: 'schema-validate', config: { data: '{{ input.n }}', schema: { type: 'number' } } },
    ],
    result: '{{ stages.check.output.data }}',
  };

  it.each([
    [{}, ['The run failed: VALIDATION']],
    [{ expectError: 'VALIDATION' }, []],
    [{ expectError: { type: 'VALIDATION', stage: 'check', message: 'number' } }, []],
    [{ expectError: 'TIMEOUT' }, ['The run failed otherwise than expected: VALIDATION']],
    [{ expectError: { message: 'something else' } }, ['The run failed otherwise than expected: VALIDATION']],
    [{ assertions: [{ path: 'error.type', equals: 'VALIDATION' }] }, []],
    [{ assertions: [{ path: 'error', equals: null }] }, ['The run failed: VALIDATION']],
    [{ assertions: [{ path: 'error', exists: true }] }, []],
    [{ assertions: [{ path: 'error', exists: false }] }, ['The run failed: VALIDATION']],
    [{ input: { n: 1 }, assertions: [{ path: 'error', exists: true }] }, ['error does not exist']],
    [{ input: { n: 1 }, assertions: [{ path: 'error', exists: false }] }, []],
    [{ input: { n: 1 }, expectError: 'VALIDATION' }, ['The run succeeded, expected VALIDATION']],
    [{ input: { n: 1 }, assertions: [{ path: 'error', equals: null }] }, []],
  ])('%j', async (test, expected) => {
    const { messages } = await run({ tests: [{ name: 'test', input: { n: 'x' }, ...test }] }, { pipeline: FAILING });
    expect(
      messages.map((message) => message.replace(/( \(|,).*$/s, (rest) => (rest.startsWith(',') ? rest : ''))),
    ).toEqual(expected);
  });
});
