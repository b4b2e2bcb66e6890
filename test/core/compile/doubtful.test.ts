import { describe, expect, test } from 'vitest';
import { expectClean, expectProblems, pipeline, planOf, problemsOf } from './checked.ts';

const log = (id: string, message = '', fields = '') =>
  `{ "id": "${id}", "component": "logger", "config": { "message": "${message}" }${fields && `, ${fields}`} }`;
const stage = (id: string, component: string, config: string, fields = '') =>
  `{ "id": "${id}", "component": "${component}", "config": { ${config} }${fields && `, ${fields}`} }`;
const each = (id: string, list: string, more = '') =>
  stage(id, 'foreach', `"items": [1, 2], "loop_stages": ${list}${more}`);
const request = (id: string, fields = '') => stage(id, 'http-request', '"url": "https://example.com"', fields);

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
