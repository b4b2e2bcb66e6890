import { describe, expect, test } from 'vitest';
import { checkPipeline } from '../../../src/core/compile/compile-pipeline.ts';
import { parseSource } from '../../../src/core/source/parse.ts';
import {
  DESCRIPTORS,
  expectClean,
  expectProblems,
  expectProblemsWithRules,
  pipeline,
  planOf,
  problemsOf,
  problemsWithRules,
} from './checked.ts';

const stage = (id: string, component: string, config: string, fields = '') =>
  `{ "id": "${id}", "component": "${component}", "config": ${config}${fields && `, ${fields}`} }`;
const request = (config: string) => pipeline([stage('a', 'http-request', config)]);

describe('a config', () => {
  test('with an unknown key names the nearest', () => {
    expectProblems(request('{ "url": "https://example.com", «"header"»: {} }'), [
      ['UNKNOWN_FIELD', '`header` is not a field of the config of `http-request`', 'Did you mean `headers`?'],
    ]);
  });

  test('is not the place for what belongs to the stage', () => {
    expectProblems(request('{ "url": "https://example.com", «"timeout"»: "5s", «"retry"»: {} }'), [
      [
        'UNKNOWN_FIELD',
        '`timeout` is not a field of the config of `http-request`',
        'Move it beside `config`: `timeout` is a field of the stage',
      ],
      [
        'UNKNOWN_FIELD',
        '`retry` is not a field of the config of `http-request`',
        'Move it beside `config`: `retry` is a field of the stage',
      ],
    ]);
  });

  test('lacks what it cannot do without', () => {
    expectProblems(request('«{ "method": "GET" }»'), [
      ['REQUIRED_FIELD', '`url` is missing in the config of `http-request`', 'Add `"url": "…"`'],
    ]);
    expectProblems(pipeline(['«{ "id": "a", "component": "http-request" }»']), [
      ['REQUIRED_FIELD', '`url` is missing in the config of `http-request`', 'Add `"url": "…"`'],
    ]);
  });

  test('is an object', () => {
    expectProblems(pipeline([stage('a', 'delay', '«[1]»')]), [
      ['WRONG_TYPE', '`config` must be an object, found a list'],
    ]);
  });

  test('has constants of the right type', () => {
    expectProblems(request('{ "url": «3», "headers": «[1]», "follow_redirects": «"yes"» }'), [
      ['WRONG_TYPE', '`url` must be a string, found 3', 'Write `"3"`'],
      ['WRONG_TYPE', '`headers` must be an object, found a list'],
      ['WRONG_TYPE', '`follow_redirects` must be `true` or `false`, found "yes"'],
    ]);
  });

  test('has constants that are allowed', () => {
    const [problem] = problemsOf(request('{ "url": "https://example.com", "method": "GETT" }'));
    expect(problem).toMatchObject({ code: 'INVALID_VALUE', hint: 'Did you mean `GET`?' });
    expect(problem?.message).toMatch(/^`method` must be one of .*`GET`.*, found "GETT"$/);
  });

  test('a template alone may become anything', () => {
    expectClean(
      request(
        '{ "url": "{{ input.url }}", "method": "{{ input.m }}", "headers": "{{ input.h }}", "follow_redirects": "{{ input.f }}" }',
      ),
    );
  });

  test('a template with text around it is text, whatever it gives', () => {
    expectClean(request('{ "url": "https://{{ input.host }}/x" }'));
    expectProblems(request('{ "url": "https://example.com", "follow_redirects": «"is {{ input.f }}"» }'), [
      ['WRONG_TYPE', '`follow_redirects` must be `true` or `false`, found "is {{ input.f }}"'],
    ]);
  });

  test('complains about the option that was meant', () => {
    expectProblems(request('{ "url": "https://example.com", "auth": «{ "type": "bearer" }» }'), [
      ['REQUIRED_FIELD', '`token` is missing in `auth`', 'Add `"token": "…"`'],
    ]);
    expectProblems(
      request('{ "url": "https://example.com", "auth": { "type": «"baerer"», "token": "{{ secrets.T }}" } }'),
      [
        [
          'INVALID_VALUE',
          '`type` must be one of `bearer`, `basic`, `header`, found "baerer"',
          'Did you mean `bearer`?',
        ],
      ],
    );
    expectClean(request('{ "url": "https://example.com", "auth": { "type": "{{ input.t }}", "token": "x" } }'));
  });

  test('is not scanned where it is constant', () => {
    expectClean(pipeline([stage('a', 'json-transform', '{ "data": 1, "expression": "{a: `{{`, b: stages}" }')]));
    const { main } = planOf(
      pipeline([stage('a', 'json-transform', '{ "data": "{{ input.x }}", "expression": "{{ a }}" }')]),
    );
    expect(main.stages[0]?.constants).toMatchObject({ expression: '{{ a }}' });
  });

  test('holds JSON Schemas that are checked too', async () => {
    const [problem] = await problemsWithRules(
      pipeline([stage('a', 'signal', '{ "name": "go", "schema": { "type": "objekt" } }')]),
    );
    expect(problem).toMatchObject({ code: 'INVALID_SCHEMA', path: ['stages', 0, 'config', 'schema', 'type'], line: 3 });
  });
});

describe('single components', () => {
  test('delay takes duration or at', () => {
    expectClean(
      pipeline([
        stage('a', 'delay', '{ "duration": "5m" }'),
        stage('b', 'delay', '{ "at": "2030-01-31T06:00:00+01:00" }'),
      ]),
    );
    expectClean(
      pipeline([
        stage('a', 'delay', '{ "duration": "{{ input.d }}" }'),
        stage('b', 'delay', '{ "at": "{{ input.t }}" }'),
      ]),
    );
    expectProblems(pipeline([stage('a', 'delay', '{ "duration": 1, «"at"»: "2030-01-31T06:00:00Z" }')]), [
      ['INVALID_VALUE', '`duration` and `at` exclude each other', 'Remove one of the two'],
    ]);
    expectProblems(
      pipeline([stage('a', 'delay', '{ "duration": «"5 minutes"» }'), stage('b', 'delay', '{ "at": «"tomorrow"» }')]),
      [
        [
          'INVALID_DURATION',
          '`duration` must be seconds or a text such as `"250ms"`, `"1.5s"`, `"5m"`, `"2h"`, `"7d"`; found "5 minutes"',
          'Write `"5m"`',
        ],
        [
          'INVALID_VALUE',
          '`at` must be a timestamp (RFC 3339), found "tomorrow"',
          'Write e.g. `"2030-01-31T06:00:00Z"`',
        ],
      ],
    );
  });

  test('json-transform takes the output of the only stage in depends_on', () => {
    const { main } = planOf(
      pipeline([
        stage('my-source', 'delay', '{ "duration": 1 }'),
        stage('a', 'json-transform', '{ "expression": "x" }', '"depends_on": ["my-source"]'),
      ]),
    );
    expect(main.stages[1]).toMatchObject({
      dependencies: [0],
      skipDependencies: [0],
      config: { constant: false, value: { expression: 'x', data: "{{ stages['my-source'].output }}" } },
    });
  });

  test('json-transform needs data where that is not clear', () => {
    const hint = 'Add `"data": "{{ stages.<id>.output }}"`';
    expectProblems(pipeline(['{ "id": "a", "component": "json-transform", "config": «{ "expression": "x" }» }']), [
      [
        'REQUIRED_FIELD',
        '`data` is missing in `a`: without it the output of the only id in `depends_on` is taken, and there are 0',
        hint,
      ],
    ]);
    const [problem] = problemsOf(
      pipeline([
        stage('b', 'delay', '{ "duration": 1 }'),
        stage('c', 'delay', '{ "duration": 1 }'),
        stage('a', 'json-transform', '{ "expression": "x" }', '"depends_on": ["b", "c"]'),
      ]),
    );
    expect(problem?.message).toContain('and there are 2');
    expectClean(pipeline([stage('a', 'json-transform', '{ "template": { "x": "{{ input.x }}" } }')]));
  });

  test('json-transform takes an expression or a template, and data only with the first', () => {
    expectProblems(pipeline(['{ "id": "a", "component": "json-transform", "config": «{}» }']), [
      [
        'REQUIRED_FIELD',
        '`expression` or `template` is missing in the config of `json-transform`',
        'Add `"template": { … }`',
      ],
    ]);
    const hint = 'A template names what it needs itself: remove one of the two';
    expectProblems(pipeline([stage('a', 'json-transform', '{ «"expression"»: "x", "template": 1 }')]), [
      ['INVALID_VALUE', '`template` and `expression` exclude each other', hint],
    ]);
    expectProblems(pipeline([stage('a', 'json-transform', '{ «"data"»: null, "template": 1 }')]), [
      ['INVALID_VALUE', '`template` and `data` exclude each other', hint],
    ]);
  });

  test('JMESPath is read beforehand', async () => {
    const transform = (expression: string) =>
      pipeline([stage('a', 'json-transform', `{ "data": 1, "expression": "${expression}" }`)]);
    await expectProblemsWithRules(transform('orders[?paid].id'), []);
    const { problems } = await checkPipeline(parseSource(transform('é\\u0041 orders[?')), { descriptors: DESCRIPTORS });
    expect(problems).toMatchObject([
      { code: 'INVALID_JMESPATH', line: 3, path: ['stages', 0, 'config', 'expression'] },
    ]);
    await expectProblemsWithRules(transform('«lenght»(@)'), [
      ['INVALID_JMESPATH', 'JMESPath has no function lenght()', 'Did you mean "length"?'],
    ]);
  });

  test('http-request wants a whole address, and no body where it only reads', () => {
    expectProblems(request('{ "url": «"example.com/x"» }'), [
      [
        'INVALID_VALUE',
        '`url` must be a whole address, found "example.com/x"',
        'Begin with `https://` or `http://`; what changes by environment is written `{{ vars.NAME }}`',
      ],
    ]);
    expectClean(request('{ "url": "{{ vars.HOST }}/x" }'));
    expectProblems(request('{ "url": "https://example.com", «"body"»: { "a": 1 } }'), [
      ['INVALID_VALUE', 'A GET request has no body', 'Write `query`, or another `method`'],
    ]);
    expectClean(request('{ "url": "https://example.com", "body": null }'));
    expectClean(request('{ "url": "https://example.com", "method": "{{ input.m }}", "body": 1 }'));
  });

  test('conditions are expressions or booleans', () => {
    expectProblems(
      pipeline([
        stage('a', 'conditional', '{ "condition": «3», "true_branch": "b" }'),
        stage('b', 'delay', '{ "duration": 1 }'),
      ]),
      [['WRONG_TYPE', '`condition` must be `true` or `false` or a string, found 3']],
    );
  });

  test('filter sees item and index in its condition, and nowhere else', () => {
    expectClean(pipeline([stage('a', 'filter', '{ "items": "{{ input.x }}", "condition": "item.price > index" }')]));
    const [problem] = problemsOf(pipeline([stage('a', 'filter', '{ "items": "{{ item }}", "condition": true }')]));
    expect(problem).toMatchObject({ code: 'UNKNOWN_ROOT', line: 3 });
  });
});

describe('expressions', () => {
  test('are marked where they are wrong, in the file', () => {
    const text = pipeline([stage('a', 'logger', '{ "message": "\\u0041\\n {{ input.x + }}" }')]);
    const [problem] = problemsOf(text);
    expect(problem).toMatchObject({ code: 'EXPRESSION_SYNTAX', line: 3, path: ['stages', 0, 'config', 'message'] });
    const column = (text.split('\n')[2] ?? '').indexOf('}}') + 1;
    expect(problem?.column).toBe(column);
  });

  test('every wrong one of a file is reported', () => {
    const found = problemsOf(
      pipeline(
        [
          stage(
            'a',
            'logger',
            '{ "message": "{{ nope }}", "data": { "x": ["{{ input. }}", "{{ 1 + }}"] } }',
            '"when": "input.x >"',
          ),
          stage('b', 'http-request', '{ "url": "https://example.com" }', '"cache": { "ttl": 1, "key": "{{ also }}" }'),
        ],
        '"result": "{{ input.x"',
      ),
    );
    expect(found.map(({ path }) => path?.join('.'))).toEqual([
      'stages.0.config.message',
      'stages.0.config.data.x.0',
      'stages.0.config.data.x.1',
      'stages.0.when',
      'stages.1.cache.key',
      'result',
    ]);
  });

  test('a condition is bare or one template', () => {
    expectClean(pipeline([stage('a', 'delay', '{ "duration": 1 }', '"when": "{{ input.x > 3 }}"')]));
    const [problem] = problemsOf(pipeline([stage('a', 'delay', '{ "duration": 1 }', '"when": "{{ input.x }} > 3"')]));
    expect(problem).toMatchObject({ code: 'TEMPLATE_IN_EXPRESSION', hint: 'Write it without braces: input.x > 3' });
  });
});

describe('secrets', () => {
  test('stand where the component sends them', () => {
    const { requires } = planOf(
      request('{ "url": "https://x/{{ secrets.TOKEN }}", "headers": { "X": "{{ secrets.A }}" } }'),
    );
    expect(requires.secrets).toEqual(['A', 'TOKEN']);
  });

  test.each([
    [
      'message of logger',
      pipeline([stage('a', 'logger', '{ "message": "{{ «secrets.X» }}" }')]),
      'A secret cannot stand in `message` of `logger`, which is recorded as it is',
    ],
    [
      'method of http-request',
      request('{ "url": "https://example.com", "method": "{{ «secrets.X» }}" }'),
      'A secret cannot stand in `method` of `http-request`, which is recorded as it is',
    ],
    [
      'the result',
      pipeline([stage('a', 'delay', '{ "duration": 1 }')], '"result": { "x": "{{ «secrets.X» }}" }'),
      'A secret cannot stand in a result, which is shown to whoever started the run',
    ],
    [
      'a cache key',
      pipeline([
        stage(
          'a',
          'http-request',
          '{ "url": "https://example.com" }',
          '"cache": { "ttl": 1, "key": "{{ «secrets.X» }}" }',
        ),
      ]),
      'A secret cannot stand in a cache key, which is stored',
    ],
  ])('but not in %s', (_name, marked, message) => {
    expectProblems(marked, [
      [
        'SECRET_NOT_ALLOWED',
        message,
        'Use it in the config of a stage that sends it, e.g. headers or auth of http-request',
      ],
    ]);
  });

  test('nor in conditions', () => {
    const [problem] = problemsOf(pipeline([stage('a', 'delay', '{ "duration": 1 }', '"when": "secrets.X == \'1\'"')]));
    expect(problem?.code).toBe('SECRET_NOT_ALLOWED');
  });
});
