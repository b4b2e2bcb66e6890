import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { missedThresholds } from '../../../src/testing/coverage/thresholds.ts';
import { http, type Pipeline, type RanSuite, run, value } from '../harness.ts';

type Tests = readonly JsonObject[];

async function covered(pipeline: Pipeline, tests: Tests, others = {}): Promise<RanSuite> {
  const ran = await run({ tests: tests.map((test, i) => ({ name: `test ${i}`, ...test })) }, { pipeline, others });
  expect(ran.messages).toEqual([]);
  return ran;
}

/** Branches of a stage that were met, as `kind: name`. */
function taken({ coverage }: RanSuite, id: string, pipeline = 'main'): string[] {
  return branches({ coverage }, id, pipeline)
    .filter(({ hits }) => hits > 0)
    .map(({ kind, name }) => `${kind}: ${name}`);
}

function branches({ coverage }: Pick<RanSuite, 'coverage'>, id: string, pipeline = 'main') {
  const found = coverage.pipelines.find((each) => each.pipeline === pipeline);
  return found?.stages.find((stage) => stage.id === id)?.branches ?? [];
}

function hits({ coverage }: RanSuite, pipeline = 'main'): Record<string, number> {
  const found = coverage.pipelines.find((each) => each.pipeline === pipeline);
  return Object.fromEntries(found?.stages.map((stage) => [stage.id, stage.hits]) ?? []);
}

const ok = { output: { status: 200 } };
const down = { error: { type: 'CONNECTIVITY' } };

describe('stages', () => {
  const pipeline: Pipeline = {
    stages: [value('a', 1), value('b', 1, { when: 'input.b', depends_on: ['a'] }), value('c', 1, { enabled: false })],
    result: 1,
  };

  it('are counted each time they run; a skipped one did not run', async () => {
    const ran = await covered(pipeline, [{ input: { b: true } }, { input: { b: false } }]);
    // `c` is switched off, so nothing can cover it.
    expect(hits(ran)).toEqual({ a: 2, b: 1 });
    expect(ran.coverage.totals.stages).toEqual({ covered: 2, total: 2, percent: 100 });
    expect(ran.coverage.pipelines[0]).toMatchObject({ pipeline: 'main', runs: 2 });
  });

  it('know their line in the file', async () => {
    const { coverage } = await covered(pipeline, [{ input: { b: true } }]);
    const { text = '', stages = [] } = coverage.pipelines[0] ?? {};
    for (const { id, line } of stages) {
      expect(
        text
          .split('\n')
          .slice(line - 1, line + 1)
          .join(''),
      ).toContain(`"id": "${id}"`);
    }
  });

  it('of a subpipeline are counted there, through its calls and through its own tests', async () => {
    const main: Pipeline = {
      stages: [
        { id: 'each', component: 'foreach', config: { items: '{{ input.items }}', loop_stages: ['call'] } },
        { id: 'call', component: 'subpipeline', config: { pipeline: 'child', input: { n: '{{ context.item }}' } } },
      ],
    };
    const child: Pipeline = { stages: [value('small', 1, { when: 'input.n < 2' }), value('any', 1)], result: 1 };
    const ran = await covered(main, [{ input: { items: [1, 2, 3] } }], { child });
    expect(hits(ran, 'child')).toEqual({ small: 1, any: 3 });
    expect(taken(ran, 'small', 'child')).toEqual(['when: true', 'when: false']);
    expect(ran.coverage.pipelines.map(({ pipeline: name, runs }) => [name, runs])).toEqual([
      ['child', 3],
      ['main', 1],
    ]);
  });
});

describe('branches', () => {
  it('of when are both sides, and neither when a gate or a skipped stage decides', async () => {
    const pipeline: Pipeline = {
      stages: [
        { id: 'gate', component: 'conditional', config: { condition: 'input.gate', true_branch: 'a' } },
        value('a', 1, { when: 'input.a' }),
        value('b', 1, { when: 'input.b', depends_on: ['a'] }),
      ],
      result: 1,
    };
    const none = await covered(pipeline, [{ input: { gate: false, a: false, b: false } }]);
    expect([taken(none, 'gate'), taken(none, 'a'), taken(none, 'b')]).toEqual([['conditional: false'], [], []]);
    const all = await covered(pipeline, [
      { input: { gate: true, a: false, b: false } },
      { input: { gate: true, a: true, b: false } },
      { input: { gate: true, a: true, b: true } },
    ]);
    expect(taken(all, 'b')).toEqual(['when: true', 'when: false']);
    expect(taken(all, 'gate')).toEqual(['conditional: true']);
  });

  it('of a router are its routes and the default, or that there is none', async () => {
    const router = (more: object): Pipeline =>
      ({
        stages: [
          {
            id: 'way',
            component: 'router',
            config: { value: '{{ input.to }}', routes: { x: 'a', y: ['a', 'b'] }, ...more },
          },
          value('a', 1),
          value('b', 1),
          value('c', 1),
        ],
        result: 1,
      }) as Pipeline;
    const open = await covered(router({}), [{ input: { to: 'x' } }, { input: { to: 'z' } }]);
    expect(branches(open, 'way').map(({ name, hits: count }) => [name, count])).toEqual([
      ['x', 1],
      ['y', 0],
      ['no route', 1],
    ]);
    const closed = await covered(router({ default: 'c' }), [{ input: { to: 'y' } }, { input: { to: null } }]);
    expect(taken(closed, 'way')).toEqual(['router: y', 'router: default']);
  });

  it('of foreach are none, one and many items; of a list that is written the one that there can be', async () => {
    const pipeline: Pipeline = {
      stages: [
        { id: 'each', component: 'foreach', config: { items: '{{ input.items }}', loop_stages: ['one'] } },
        value('one', 1),
        { id: 'fixed', component: 'foreach', config: { items: [1, 2], loop_stages: ['two'] } },
        value('two', 1),
      ],
      result: 1,
    };
    const ran = await covered(pipeline, [{ input: { items: [] } }, { input: { items: [1, 2, 3] } }]);
    expect(taken(ran, 'each')).toEqual(['foreach: 0 items', 'foreach: many items']);
    expect(branches(ran, 'fixed')).toEqual([{ kind: 'foreach', name: 'many items', hits: 2 }]);
    expect(hits(ran)).toMatchObject({ one: 3, two: 4 });
  });

  it('of foreach count a loop that breaks', async () => {
    const pipeline: Pipeline = {
      stages: [
        { id: 'each', component: 'foreach', config: { items: '{{ input.items }}', loop_stages: ['one'] } },
        http('one'),
      ],
    };
    const test = { input: { items: [1, 2] }, mocks: { one: down }, expectError: 'CONNECTIVITY' };
    const ran = await covered(pipeline, [test]);
    expect(taken(ran, 'each')).toEqual(['foreach: many items']);
  });

  it('of loop are one and many iterations', async () => {
    const loop = (more: object): Pipeline =>
      ({
        stages: [
          {
            id: 'again',
            component: 'loop',
            config: { loop_stages: ['step'], until: 'context.iteration + 1 >= input.n', ...more },
          },
          value('step', 1),
        ],
      }) as Pipeline;
    expect(taken(await covered(loop({}), [{ input: { n: 1 } }]), 'again')).toEqual(['loop: 1 iteration']);
    expect(taken(await covered(loop({}), [{ input: { n: 4 } }]), 'again')).toEqual(['loop: many iterations']);
    const capped = await covered(loop({ max_iterations: 1 }), [{ input: { n: 4 } }]);
    expect(branches(capped, 'again')).toEqual([{ kind: 'loop', name: '1 iteration', hits: 1 }]);
  });

  it('of trycatch are an error and none', async () => {
    const pipeline: Pipeline = {
      stages: [
        { id: 'safe', component: 'trycatch', config: { try_stages: ['risky'], catch_stages: ['mend'] } },
        http('risky'),
        value('mend', 1),
      ],
      result: 1,
    };
    const good = await covered(pipeline, [{ mocks: { risky: ok } }]);
    expect([taken(good, 'safe'), hits(good).mend]).toEqual([['trycatch: no error'], 0]);
    const bad = await covered(pipeline, [{ mocks: { risky: down } }]);
    expect([taken(bad, 'safe'), hits(bad).mend]).toEqual([['trycatch: error'], 1]);
  });

  it('of a retry that is written are recovered and exhausted', async () => {
    const pipeline: Pipeline = {
      stages: [http('ask', { retry: { max_attempts: 2 } }), http('plain', { depends_on: ['ask'] })],
      result: 1,
    };
    const good = await covered(pipeline, [{ mocks: { ask: ok, plain: ok } }]);
    expect([taken(good, 'ask'), branches(good, 'plain')]).toEqual([[], []]);
    const both = await covered(pipeline, [
      { mocks: { ask: [down, ok], plain: ok } },
      { mocks: { ask: down }, expectError: 'CONNECTIVITY' },
      { mocks: { ask: { error: { type: 'VALIDATION' } } }, expectError: 'VALIDATION' },
    ]);
    expect(branches(both, 'ask').map(({ name, hits: count }) => [name, count])).toEqual([
      ['recovered', 1],
      ['exhausted', 1],
    ]);
  });

  it('of on_error is that it was needed', async () => {
    const pipeline: Pipeline = { stages: [http('ask', { on_error: 'continue' })], result: 1 };
    expect(taken(await covered(pipeline, [{ mocks: { ask: ok } }]), 'ask')).toEqual([]);
    expect(taken(await covered(pipeline, [{ mocks: { ask: down } }]), 'ask')).toEqual(['on_error: continued']);
  });
});

describe('edges', () => {
  it('are counted when both ends ran in the same scope', async () => {
    const pipeline: Pipeline = {
      stages: [
        { id: 'gate', component: 'conditional', config: { condition: 'input.x', true_branch: 'a', false_branch: 'b' } },
        value('a', 1),
        value('b', 1),
        value('end', 1, { depends_on: ['a', 'b'], join: 'any' }),
      ],
      result: 1,
    };
    const { coverage } = await covered(pipeline, [
      { input: { x: true } },
      { input: { x: true } },
      { input: { x: false } },
    ]);
    const edges = coverage.pipelines[0]?.edges.map(({ from, to, hits: count, branches: names }) => [
      from,
      to,
      count,
      names,
    ]);
    expect(edges).toEqual([
      ['gate', 'a', 2, ['true']],
      ['gate', 'b', 1, ['false']],
      ['a', 'end', 2, undefined],
      ['b', 'end', 1, undefined],
    ]);
  });
});

describe('thresholds', () => {
  it('are of all, of single pipelines, and of each that has none of its own', async () => {
    const main: Pipeline = {
      stages: [
        value('a', 1, { when: 'input.a' }),
        { id: 'call', component: 'subpipeline', config: { pipeline: 'child' } },
      ],
      result: 1,
    };
    const child: Pipeline = { stages: [value('x', 1), value('y', 1, { when: 'false' })], result: 1 };
    const { coverage } = await covered(main, [{ input: { a: true } }], { child });
    expect(missedThresholds(coverage, { stages: 75, branches: 50 })).toEqual([]);
    expect(missedThresholds(coverage, { stages: 75.01, branches: 51 })).toEqual([
      'stages of all pipelines: 75 % (3 of 4), at least 75.01 % are wanted',
      'branches of all pipelines: 50 % (2 of 4), at least 51 % are wanted',
    ]);
    expect(missedThresholds(coverage, { pipelines: { '*': { stages: 100 }, main: { branches: 60 } } })).toEqual([
      'stages of child: 50 % (1 of 2), at least 100 % are wanted',
      'branches of main: 50 % (1 of 2), at least 60 % are wanted',
    ]);
  });
});
