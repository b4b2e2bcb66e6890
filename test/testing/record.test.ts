import { describe, expect, it } from 'vitest';
import type { EndEntry } from '../../src/core/journal.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import type { RunOutcome } from '../../src/core/run.ts';
import { stablePart, testOf } from '../../src/testing/record.ts';
import { http, type Pipeline, read, run, value } from './harness.ts';

const STARTED = Date.UTC(2026, 4, 6, 7, 8, 9);

/** A stage that has ended as a journal has it. */
function ended(path: string, output: Json, more: Partial<EndEntry> = {}): EndEntry {
  const id = path.split('/').at(-1) ?? path;
  const times = { started_at: STARTED, finished_at: STARTED };
  return { kind: 'end', path, id, component: 'x', status: 'succeeded', output, attempts: 1, ...times, ...more };
}

/** The test of a run of `main` that ended so. */
function recorded(
  pipeline: Pipeline,
  ends: readonly EndEntry[],
  outcome: Partial<RunOutcome>,
  others = {},
): JsonObject {
  const { suite } = read({ tests: [{ name: 'any' }] }, { pipeline, others });
  const plans = suite?.tests[0]?.plans;
  if (!plans) throw new Error('the pipeline is invalid');
  const whole: RunOutcome = {
    run_id: 'r1',
    pipeline: 'main',
    version: '0.1.0',
    status: 'succeeded',
    result: null,
    error: null,
    stages: [],
    usage: null,
    started_at: STARTED,
    duration_ms: 1,
    ...outcome,
  };
  return testOf({ plans, input: { n: 1 }, vars: { used: 1, other: 2 }, ends, outcome: whole }, 'as it was');
}

describe('the test of a recorded run', () => {
  it('has its input, the variables it needs, its time and its result', () => {
    const test = recorded({ stages: [value('a', '{{ vars.used }}')] }, [ended('a', { result: 1 })], {
      result: { result: 1 },
    });
    expect(test).toEqual({
      name: 'as it was',
      input: { n: 1 },
      vars: { used: 1 },
      now: '2026-05-06T07:08:09.000Z',
      assertions: [{ path: 'output', equals: { result: 1 } }],
    });
  });

  it('mocks stages with effects: by stage where they gave the same, else by path', async () => {
    const pipeline: Pipeline = {
      stages: [
        { id: 'each', component: 'foreach', config: { items: [1, 2], loop_stages: ['same', 'other'] } },
        http('same'),
        http('other'),
        { id: 'call', component: 'subpipeline', depends_on: ['each'], config: { pipeline: 'child' } },
      ],
      result: ['{{ stages.each.output.results }}', '{{ stages.call.output }}'],
    };
    const others = { child: { stages: [http('deep')], result: '{{ stages.deep.output.status }}' } };
    const answer = (status: number) => ({ status, headers: {}, body: null, elapsed_ms: 1 });
    const ends = [
      ended('each[0]/same', answer(200)),
      ended('each[0]/other', answer(201)),
      ended('each[1]/same', answer(200)),
      ended('each[1]/other', answer(202)),
      ended('each', { results: [], errors: [], count: 2 }),
      ended('call/deep', answer(203)),
    ];
    const results = [201, 202].map((status) => ({ same: answer(200), other: answer(status) }));
    const test = recorded(pipeline, ends, { result: [results, 203] }, others);
    expect(Object.keys(test.mocks ?? {})).toEqual(['same', 'each[0]/other', 'each[1]/other', 'call/deep']);
    expect((await run({ tests: [test] }, { pipeline, others })).messages).toEqual([]);
  });

  it('gives signals their data, by path where two stages wait for one name', () => {
    const wait = (id: string, name: string) => ({ id, component: 'signal', config: { name } });
    const pipeline: Pipeline = { stages: [wait('a', 'go'), wait('b', 'go'), wait('c', 'end')], result: 1 };
    const ends = [ended('a', 1), ended('b', 2), ended('c', { x: 3 })];
    expect(recorded(pipeline, ends, { result: 1 }).signals).toEqual({ go: 1, b: 2, end: { x: 3 } });
  });

  it('names the secret that the record hides, where only one can be meant', async () => {
    const call = (id: string, body: string) =>
      http(id, { config: { url: 'https://example.test', method: 'POST', body } });
    const pipeline: Pipeline = {
      stages: [call('one', '{{ secrets.KEY }}'), call('two', '{{ secrets.KEY }}{{ secrets.OTHER }}')],
      result: '{{ stages.one.output.body }}',
    };
    const body = (text: string) => ({ status: 200, headers: {}, body: text, elapsed_ms: 1 });
    const ends = [ended('one', body('got ***')), ended('two', body('got ***'))];
    const test = recorded(pipeline, ends, { result: 'got ***' });
    expect(test.mocks).toMatchObject({
      one: { output: { body: 'got {{ secrets.KEY }}' } },
      two: { output: { body: 'got ***' } },
    });
    expect((await run({ tests: [test] }, { pipeline })).messages).toEqual([]);
  });

  it('expects the error of a run that failed, with a mock that fails', async () => {
    const pipeline: Pipeline = { stages: [http('ask')] };
    const error = {
      type: 'PROVIDER',
      code: 'server_error',
      message: '503',
      path: 'ask',
      details: { status: 503 },
    } as const;
    const ends = [ended('ask', null, { status: 'failed', error })];
    const test = recorded(pipeline, ends, { status: 'failed', error });
    expect(test).toMatchObject({ expectError: { type: 'PROVIDER', code: 'server_error', stage: 'ask' } });
    expect((await run({ tests: [test] }, { pipeline })).messages).toEqual([]);
  });
});

describe('what a second run gives as well', () => {
  it.each<[Json, Json, Json | undefined]>([
    [1, 1, 1],
    [1, 2, undefined],
    [{ a: 1, b: 2 }, { a: 1, b: 3 }, { a: 1 }],
    [{ a: { b: 1, c: 2 } }, { a: { b: 9, c: 2 } }, { a: { c: 2 } }],
    [{ a: [1, 2], b: 1 }, { a: [1, 3], b: 1 }, { b: 1 }],
    [{ a: 1 }, { b: 1 }, undefined],
  ])('of %j and %j', (first, second, part) => {
    expect(stablePart(first, second)).toEqual(part);
  });
});
