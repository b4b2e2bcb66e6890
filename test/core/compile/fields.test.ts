import { describe, expect, test } from 'vitest';
import { expectClean, expectProblems, pipeline, problemsOf } from './checked.ts';

const STAGE = '{ "id": "a", "component": "logger", "config": { "message": "hi" } }';
const stageWith = (fields: string) => `{ "id": "a", "component": "logger", "config": { "message": "hi" }, ${fields} }`;
const file = (fields: string) => `{ ${fields} "stages": [${STAGE}] }`;

describe('the file', () => {
  test('may have every field of the language', () => {
    expectClean(
      pipeline(
        [stageWith('"name": "A", "description": "d", "enabled": true, "on_error": "continue", "timeout": "1.5s"')],
        `"$schema": "x", "version": "1.2.3-beta.1+5", "description": "d", "tags": ["t"], "owner": "o", "timeout": 60,
         "input": { "type": "object" }, "output": true, "result": { "a": [1, "{{ input }}"] }, "max_parallel": 3,
         "concurrency": { "limit": 2, "key": "input.user", "on_limit": "reject" }, "priority": 9, "pool": "big",
         "on_failure": { "pipeline": "alert", "input": { "why": "{{ error.message }}" } }, "triggers": []`,
      ),
    );
  });

  test('an unknown field names the nearest', () => {
    expectProblems(file('"name": "demo", «"versoin"»: "1.0.0",'), [
      ['UNKNOWN_FIELD', '`versoin` is not a field of a pipeline', 'Did you mean `version`?'],
    ]);
  });

  test('an unknown field without a near one lists what is known', () => {
    const [problem] = problemsOf(file('"name": "demo", "concurrency": { "limit": 1, "zzz": 1 },'));
    expect(problem).toMatchObject({
      code: 'UNKNOWN_FIELD',
      message: '`zzz` is not a field of `concurrency`',
      hint: 'Known here: `limit`, `key`, `on_limit`',
    });
  });

  test('name and stages are required', () => {
    expectProblems('«{ }»', [
      ['REQUIRED_FIELD', '`name` is missing in a pipeline', 'Add `"name": "my-pipeline"`'],
      ['REQUIRED_FIELD', '`stages` is missing in a pipeline', 'Add `"stages": [ … ]`'],
    ]);
  });

  test.each([
    ['"Demo"', 'demo'],
    ['"My Pipeline"', 'my-pipeline'],
    ['"orderSync"', 'order-sync'],
    ['"1st"', 'st'],
    ['"a--b"', 'a-b'],
  ])('the name %s is refused', (name, instead) => {
    expectProblems(file(`"name": «${name}»,`), [
      [
        'INVALID_NAME',
        `\`name\` must be lower-case letters and digits in words joined by \`-\`, \`_\` or \`.\`, beginning with a letter; found ${name}`,
        `Write \`"${instead}"\``,
      ],
    ]);
  });

  test('a name has at most 100 characters', () => {
    expectClean(file(`"name": "${'a'.repeat(100)}",`));
    expectProblems(file(`"name": «"${'a'.repeat(101)}"»,`), [
      ['INVALID_NAME', '`name` must have at most 100 characters, found 101'],
    ]);
  });

  test("the name equals the file's name", () => {
    expectClean(file('"name": "demo",'), { file: 'pipelines/demo.pipeline.json' });
    expectClean(file('"name": "demo",'), { file: '/tmp/anything.json' });
    expectProblems(
      file('"name": «"demo"»,'),
      [
        [
          'NAME_MISMATCH',
          "`name` must equal the file's name, `order-sync`; found `demo`",
          'Write `"name": "order-sync"`, or rename the file to `demo.pipeline.json`',
        ],
      ],
      { file: 'pipelines/order-sync.pipeline.json' },
    );
  });

  test.each([
    ['"1.0"', '1.0.0'],
    ['"v1.2.3"', '1.2.3'],
    ['"1"', '1.0.0'],
    ['"latest"', '1.0.0'],
    ['"01.2.3"', '1.0.0'],
  ])('the version %s is refused', (version, instead) => {
    expectProblems(file(`"name": "demo", "version": «${version}»,`), [
      ['INVALID_VERSION', `\`version\` must be a semantic version, found ${version}`, `Write \`"${instead}"\``],
    ]);
  });

  test('something that is no object is no pipeline', () => {
    expectProblems('«[]»', [
      [
        'WRONG_TYPE',
        'A pipeline must be an object with `name` and `stages`',
        'Begin with `{ "name": "…", "stages": [ … ] }`',
      ],
    ]);
  });

  test('no stages are too few', () => {
    expectProblems('{ "name": "demo", "stages": «[]» }', [
      ['INVALID_VALUE', '`stages` must have 1 item or more, found 0'],
    ]);
  });

  test('priority is 0 to 9, limits are whole numbers from 1', () => {
    expectProblems(file('"name": "demo", "priority": «10», "max_parallel": «0», "concurrency": { "limit": «1.5» },'), [
      ['INVALID_VALUE', '`priority` must be 9 or less, found 10'],
      ['INVALID_VALUE', '`max_parallel` must be 1 or more, found 0'],
      ['WRONG_TYPE', '`limit` must be a whole number, found 1.5'],
    ]);
  });

  test('a conflict that a merge left is refused', () => {
    expectProblems(
      pipeline([stageWith('"timeout": { «"$conflict"»: { "base": "1s", "ours": "2s", "theirs": "3s" } }')]),
      [
        [
          'MERGE_CONFLICT',
          'A conflict of `fm pull --merge` is not resolved here',
          'Replace the object that holds `$conflict` by the value of `ours`, of `theirs`, or by a third one',
        ],
      ],
    );
  });
});

describe('a stage', () => {
  test('needs an id and a component', () => {
    expectProblems(pipeline(['«{ }»']), [
      ['REQUIRED_FIELD', '`id` is missing in a stage', 'Add `"id": "…"`'],
      ['REQUIRED_FIELD', '`component` is missing in a stage', 'Add `"component": "http-request"`'],
    ]);
  });

  test.each([
    ['"1st"', 'st'],
    ['"my stage"', 'my-stage'],
    ['"größe"', 'gr-e'],
    ['" a "', 'a'],
  ])('the id %s is refused', (id, instead) => {
    expectProblems(pipeline([`{ "id": «${id}», "component": "delay", "config": { "duration": 1 } }`]), [
      [
        'INVALID_ID',
        `\`id\` must be letters, digits, \`_\` and \`-\`, beginning with a letter; found ${id}`,
        `Write \`"${instead}"\``,
      ],
    ]);
  });

  test.each(['in', 'true', 'false', 'null'])('the id %s means something else in an expression', (id) => {
    expectProblems(pipeline([`{ "id": «"${id}"», "component": "delay", "config": { "duration": 1 } }`]), [
      [
        'INVALID_ID',
        `\`id\` must not be "${id}", which means something else in an expression`,
        `Rename it, e.g. \`${id}-1\``,
      ],
    ]);
  });

  test('ids are unique in the whole file', () => {
    expectProblems(pipeline([STAGE, '{ "id": «"a"», "component": "delay", "config": { "duration": 1 } }']), [
      [
        'DUPLICATE_ID',
        'Stage ids are unique in the file, and `a` is already the id of the stage in line 3',
        'Rename one of the two',
      ],
    ]);
  });

  test('a typing mistake in a field is found', () => {
    expectProblems(pipeline([stageWith('«"depend_on"»: []')]), [
      ['UNKNOWN_FIELD', '`depend_on` is not a field of a stage', 'Did you mean `depends_on`?'],
    ]);
  });

  test('depends_on is a list', () => {
    expectProblems(
      pipeline([STAGE, '{ "id": "b", "component": "logger", "config": { "message": "" }, "depends_on": «"a"» }']),
      [['WRONG_TYPE', '`depends_on` must be a list, found "a"', 'Write `["a"]`']],
    );
  });

  test('an id that stands twice in depends_on is doubtful', () => {
    expectProblems(
      pipeline([
        STAGE,
        '{ "id": "b", "component": "logger", "config": { "message": "" }, "depends_on": ["a", «"a"»] }',
      ]),
      [['LISTED_TWICE', '`a` stands twice in `depends_on`', 'Remove one of the two']],
    );
  });

  test('join and on_error know two words', () => {
    expectProblems(pipeline([stageWith('"join": «"anny"», "on_error": «"ignore"»')]), [
      ['INVALID_VALUE', '`join` must be one of `all`, `any`, found "anny"', 'Did you mean `any`?'],
      ['INVALID_VALUE', '`on_error` must be one of `fail`, `continue`, found "ignore"'],
    ]);
  });

  test('a component that does not exist names the nearest', () => {
    expectProblems(pipeline(['{ "id": "a", "component": «"logge"», "config": { "message": "hi" } }']), [
      ['UNKNOWN_COMPONENT', 'There is no component `logge`', 'Did you mean `logger`?'],
    ]);
    expectProblems(pipeline(['{ "id": "a", "component": «"send-fax"» }']), [
      ['UNKNOWN_COMPONENT', 'There is no component `send-fax`', 'List what there is with `fm components`'],
    ]);
  });

  test('http_request is read as http-request', () => {
    expectClean(pipeline(['{ "id": "a", "component": "http_request", "config": { "url": "https://example.com" } }']));
  });

  test('enabled: false is validated all the same', () => {
    expectProblems(pipeline([stageWith('"enabled": false, "when": «1»')]), [
      ['WRONG_TYPE', '`when` must be an expression or a boolean, found 1'],
    ]);
  });
});

describe('durations', () => {
  test.each(['0.5', '250', '"250ms"', '"1.5s"', '"5m"', '"2h"', '"7d"'])('%s is one', (duration) => {
    expectClean(pipeline([stageWith(`"timeout": ${duration}`)]));
  });

  test.each([
    ['"5 minutes"', 'Write `"5m"`'],
    ['"90 sec"', 'Write `"90s"`'],
    ['"10"', 'Write `"10s"`'],
    ['"100 milliseconds"', 'Write `"100ms"`'],
    ['"1h30m"', undefined],
    ['"-5s"', undefined],
    ['-5', 'A duration is never negative'],
    ['"{{ input.t }}"', 'Templates stand only inside of `config`'],
    ['null', undefined],
  ])('%s is none', (duration, hint) => {
    const found = duration;
    expectProblems(pipeline([stageWith(`"timeout": «${duration}»`)]), [
      [
        'INVALID_DURATION',
        `\`timeout\` must be seconds or a text such as \`"250ms"\`, \`"1.5s"\`, \`"5m"\`, \`"2h"\`, \`"7d"\`; found ${found}`,
        hint,
      ],
    ]);
  });

  test('a timeout of 0 would end everything', () => {
    expectProblems(pipeline([stageWith('"timeout": «0»')]), [
      ['INVALID_DURATION', '`timeout` must be more than 0', 'Leave the field out for the default'],
    ]);
  });
});

describe('retry', () => {
  const request = (fields: string) =>
    `{ "id": "a", "component": "http-request", "config": { "url": "https://example.com" }, ${fields} }`;

  test('may have every field', () => {
    expectClean(
      pipeline([
        request(
          '"retry": { "max_attempts": 5, "delay": 0, "factor": 1, "max_delay": "1m", "jitter": false, "on": ["TIMEOUT", "COMPONENT"] }',
        ),
      ]),
    );
  });

  test('bounds and types', () => {
    expectProblems(
      pipeline([request('"retry": { "max_attempts": «0», "delay": «"soon"», "factor": «0.5», "jitter": «"true"» }')]),
      [
        ['INVALID_VALUE', '`max_attempts` must be 1 or more, found 0'],
        [
          'INVALID_DURATION',
          '`delay` must be seconds or a text such as `"250ms"`, `"1.5s"`, `"5m"`, `"2h"`, `"7d"`; found "soon"',
        ],
        ['INVALID_VALUE', '`factor` must be 1 or more, found 0.5'],
        ['WRONG_TYPE', '`jitter` must be `true` or `false`, found "true"', 'Write `true` without quotes'],
      ],
    );
  });

  test('types that are never retried, and types that do not exist', () => {
    const known = '`COMPONENT`, `CONNECTIVITY`, `TIMEOUT`, `RATE_LIMIT`, `PROVIDER`, `INTERNAL`';
    expectProblems(pipeline([request('"retry": { "on": [«"VALIDATION"», «"TIMOUT"»] }')]), [
      [
        'NEVER_RETRIED',
        'Item 1 of `on` is `VALIDATION`, which is never retried: it would fail in the same way',
        `These can be: ${known}`,
      ],
      ['INVALID_VALUE', `Item 2 of \`on\` must be one of ${known}, found "TIMOUT"`, 'Did you mean `TIMEOUT`?'],
    ]);
  });

  test('control stages are not retried, but subpipelines are', () => {
    expectProblems(
      pipeline([
        '{ "id": "each", "component": "foreach", "config": { "items": [1], "loop_stages": ["b"] }, «"retry"»: {} }',
        '{ "id": "b", "component": "logger", "config": { "message": "" } }',
      ]),
      [
        [
          'RETRY_NOT_ALLOWED',
          '`foreach` is a control stage, and of those only `subpipeline` can be retried',
          'Write `retry` in the stages that it controls, or move them into a subpipeline',
        ],
      ],
    );
    expectClean(
      pipeline([
        '{ "id": "a", "component": "subpipeline", "config": { "pipeline": "x" }, "retry": { "max_attempts": 2 } }',
      ]),
    );
  });
});

describe('cache', () => {
  test('needs a ttl', () => {
    expectProblems(
      pipeline([
        '{ "id": "a", "component": "http-request", "config": { "url": "https://example.com" }, "cache": «{}» }',
      ]),
      [['REQUIRED_FIELD', '`ttl` is missing in `cache`', 'Add `"ttl": "1h"`']],
    );
  });

  test.each([
    ['logger', '{ "message": "" }'],
    ['delay', '{ "duration": 1 }'],
    ['variable-set', '{ "name": "x", "value": 1 }'],
    ['signal', '{ "name": "go" }'],
    ['subpipeline', '{ "pipeline": "x" }'],
  ])('is not for %s', (component, config) => {
    expectProblems(
      pipeline([`{ "id": "a", "component": "${component}", "config": ${config}, «"cache"»: { "ttl": "1h" } }`]),
      [
        [
          'CACHE_NOT_ALLOWED',
          `The output of \`${component}\` cannot be cached: the stage matters for what it does`,
          'Remove `cache`',
        ],
      ],
    );
  });
});
