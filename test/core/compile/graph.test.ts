import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS as LIMITS } from '../../../src/core/limits.ts';
import { expectClean, expectProblems, pipeline, planOf, problemsOf } from './checked.ts';

const log = (id: string, message = '', fields = '') =>
  `{ "id": "${id}", "component": "logger", "config": { "message": "${message}" }${fields && `, ${fields}`} }`;
const behind = (id: string, ...ids: string[]) => log(id, '', `"depends_on": ${JSON.stringify(ids)}`);
const order = (...stages: string[]) => planOf(pipeline(stages)).main.stages.map(({ id }) => id);

describe('dependencies', () => {
  test('come from depends_on, from expressions and from the gate', () => {
    const { main } = planOf(
      pipeline([
        log('a'),
        log('b'),
        '{ "id": "c", "component": "conditional", "config": { "condition": "input.x", "true_branch": "d" } }',
        log(
          'd',
          '{{ stages.a.output.message }} {{ stages.b.status }}',
          '"depends_on": ["a"], "when": "stages.b.error == null"',
        ),
      ]),
    );
    const stage = main.stages[main.byId.get('d') ?? -1];
    const ids = (places: readonly number[] = []) => places.map((place) => main.stages[place]?.id).sort();
    expect(ids(stage?.dependencies)).toEqual(['a', 'b', 'c']);
    // Only what stands in depends_on or whose output is read counts when something was skipped.
    expect(ids(stage?.skipDependencies)).toEqual(['a']);
    expect(ids(main.stages[main.byId.get('b') ?? -1]?.dependents)).toEqual(['d']);
  });

  test('an unknown id in depends_on names the nearest', () => {
    expectProblems(pipeline([log('fetch'), log('b', '', '"depends_on": [«"fecth"»]')]), [
      ['UNKNOWN_STAGE', 'There is no stage `fecth`', 'Did you mean `fetch`?'],
    ]);
    expectProblems(pipeline([log('fetch'), log('b', '', '"depends_on": [«"store"»]')]), [
      ['UNKNOWN_STAGE', 'There is no stage `store`', 'Stages of this file: `fetch`, `b`'],
    ]);
  });

  test('an unknown id in an expression is marked inside of the string, over escapes', () => {
    expectProblems(pipeline([log('fetch'), log('b', '\\"é\\u0041\\" {{ stages.«fetchh».output }}')]), [
      ['UNKNOWN_STAGE', 'There is no stage `fetchh`', 'Did you mean `fetch`?'],
    ]);
    expectProblems(pipeline([log('my-id'), log('b', "{{ stages['«my-ix»'].output }}")]), [
      ['UNKNOWN_STAGE', 'There is no stage `my-ix`', 'Did you mean `my-id`?'],
    ]);
    expectProblems(pipeline([log('a'), log('b', '', '"when": "stages.«x».status == \'failed\'"')]), [
      ['UNKNOWN_STAGE', 'There is no stage `x`', 'Stages of this file: `a`, `b`'],
    ]);
  });

  test('an unknown id in the result', () => {
    expectProblems(pipeline([log('total')], '"result": { "list": [1, "{{ stages.«totl».output }}"] }'), [
      ['UNKNOWN_STAGE', 'There is no stage `totl`', 'Did you mean `total`?'],
    ]);
  });
});

describe('the order', () => {
  test('is that of the file where dependencies allow it', () => {
    expect(order(log('c'), log('a'), log('b'))).toEqual(['c', 'a', 'b']);
    expect(order(behind('c', 'b'), log('a'), log('b'))).toEqual(['b', 'c', 'a']);
    expect(order(log('x'), behind('d', 'c', 'b'), behind('b', 'a'), behind('c', 'a'), log('a'))).toEqual([
      'x',
      'a',
      'b',
      'c',
      'd',
    ]);
  });

  test('puts every stage behind its dependencies, also over a chain of thousands', () => {
    const ids = Array.from({ length: 2_000 }, (_, i) => `s${i}`);
    const stages = ids.map((id, i) => (i === ids.length - 1 ? log(id) : behind(id, ids[i + 1] ?? '')));
    expect(order(...stages)).toEqual(ids.toReversed());
  });
});

describe('a cycle', () => {
  test('is printed', () => {
    expectProblems(
      pipeline([behind('a', 'c'), behind('b', 'a'), log('c', '{{ stages.b.output }}')]).replace('["c"]', '[«"c"»]'),
      [['CYCLE', 'Stages wait for each other: a -> c -> b -> a', 'Remove one of these dependencies']],
    );
  });

  test('of one stage', () => {
    expectProblems(pipeline([log('a', '{{ stages.«a».output }}')]), [
      [
        'CYCLE',
        'Stage `a` waits for itself: a -> a',
        'Its own output does not exist before it ends; remove the reference',
      ],
    ]);
  });

  test('through a gate', () => {
    expectProblems(
      pipeline([
        '{ "id": "c", "component": "conditional", "config": { "condition": "stages.«d».output != null", "true_branch": "d" } }',
        log('d'),
      ]),
      [['CYCLE', 'Stages wait for each other: c -> d -> c', 'Remove one of these dependencies']],
    );
  });

  test('through a body: what it reads outside, its owner waits for', () => {
    expectProblems(
      pipeline([
        '{ "id": "each", "component": "foreach", "config": { "items": [1], "loop_stages": ["work"] } }',
        log('work', '{{ stages.«sum».output }}'),
        log('sum', '{{ stages.each.output.count }}'),
      ]),
      [
        [
          'CYCLE',
          'Stages wait for each other: each -> work -> sum -> each',
          'What a body reads outside, its owner waits for: here `work` reads `sum`',
        ],
      ],
    );
  });

  test('of a body that reads its owner', () => {
    expectProblems(
      pipeline([
        '{ "id": "again", "component": "loop", "config": { "until": true, "loop_stages": ["work"] } }',
        log('work', '{{ stages.«again».output.last }}'),
      ]),
      [
        [
          'CYCLE',
          'Stages wait for each other: again -> work -> again',
          'What a body reads outside, its owner waits for: here `work` reads `again`',
        ],
      ],
    );
  });

  test('in a loop hints at the iteration before', () => {
    expectProblems(
      pipeline([
        '{ "id": "again", "component": "loop", "config": { "until": true, "loop_stages": ["work"] } }',
        log('work', '{{ stages.«work».output.message }}'),
      ]),
      [
        [
          'CYCLE',
          'Stage `work` waits for itself: work -> work',
          'In a loop `context.previous` holds what the iteration before gave',
        ],
      ],
    );
  });

  test('through a variable', () => {
    expectProblems(
      pipeline([
        '{ "id": "set", "component": "variable-set", "config": { "name": "n", "value": "{{ context.vars.«n» + 1 }}" } }',
      ]),
      [
        [
          'CYCLE',
          'Stage `set` waits for itself: set -> set',
          'Its own output does not exist before it ends; remove the reference',
        ],
      ],
    );
  });

  test('several are all reported, each once', () => {
    const codes = problemsOf(
      pipeline([
        behind('a', 'b'),
        behind('b', 'a'),
        behind('c', 'd'),
        behind('d', 'e'),
        behind('e', 'c'),
        behind('f', 'a', 'e'),
      ]),
    ).map(({ code, message }) => `${code} ${message}`);
    expect(codes).toEqual([
      'CYCLE Stages wait for each other: a -> b -> a',
      'CYCLE Stages wait for each other: c -> d -> e -> c',
    ]);
  });

  test('of ten thousand is cut when it is printed', () => {
    const n = 10_000;
    const stages = Array.from({ length: n }, (_, i) => ({
      id: `s${i}`,
      component: 'logger',
      config: { message: '' },
      depends_on: [`s${(i + 1) % n}`],
    }));
    const text = JSON.stringify({ name: 'demo', stages });
    const limits = { ...LIMITS, stages: n };
    const [problem] = problemsOf(text, { limits });
    expect(problem?.message).toBe(
      'Stages wait for each other: s0 -> s1 -> s2 -> s3 -> s4 -> s5 -> (9988 more) -> s9994 -> s9995 -> s9996 -> s9997 -> s9998 -> s9999 -> s0',
    );
  });
});

describe('the result', () => {
  const finals = (...stages: string[]) => {
    const { main } = planOf(pipeline(stages));
    return main.finals.map((place) => main.stages[place]?.id);
  };
  const work = (id: string, ...ids: string[]) =>
    `{ "id": "${id}", "component": "filter", "config": { "items": [], "condition": true }, "depends_on": ${JSON.stringify(ids)} }`;

  test('is that of the only stage that nothing depends on', () => {
    expect(finals(work('a'), work('b', 'a'))).toEqual(['b']);
  });

  test('of several is by id, in file order', () => {
    expect(finals(work('z', 'a'), work('a'), work('b', 'a'))).toEqual(['z', 'b']);
  });

  test('is not taken over by return, logger and delay behind it, directly or through others', () => {
    expect(finals(work('a'), behind('note', 'a'), behind('end', 'note'))).toEqual(['a']);
    expect(finals(work('a'), behind('note', 'a'), work('b', 'note'))).toEqual(['b']);
  });

  test('is theirs when there is nothing else', () => {
    expect(finals(log('a'), behind('b', 'a'), log('c'))).toEqual(['b', 'c']);
  });

  test('of a body follows the same rule', () => {
    const { main } = planOf(
      pipeline([
        '{ "id": "each", "component": "foreach", "config": { "items": [1], "loop_stages": ["a", "b", "c"] } }',
        work('a'),
        work('b', 'a'),
        behind('c', 'b'),
      ]),
    );
    const body = main.stages[0]?.bodies.loop_stages;
    expect(body?.finals.map((place) => body.stages[place]?.id)).toEqual(['b']);
    expect(main.finals).toEqual([0]);
  });
});

test('a clean pipeline has no problems', () => {
  expectClean(pipeline([log('a'), behind('b', 'a')]));
});
