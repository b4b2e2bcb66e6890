import { describe, expect, test } from 'vitest';
import { compilePipeline } from '../../../src/core/compile/compile-pipeline.ts';
import { DEFAULT_LIMITS } from '../../../src/core/limits.ts';
import type { PipelineDefinition } from '../../../src/core/pipeline.ts';
import type { PlannedStage } from '../../../src/core/plan.ts';
import { parseSource } from '../../../src/core/source/parse.ts';
import { DESCRIPTORS, pipeline, planOf } from './checked.ts';

const stage = (id: string, component: string, config: string, fields = '') =>
  `{ "id": "${id}", "component": "${component}", "config": ${config}${fields && `, ${fields}`} }`;

function planned(text: string, id: string): PlannedStage {
  const { main } = planOf(text);
  const found = main.stages[main.byId.get(id) ?? -1];
  if (!found) throw new Error(`no stage ${id}`);
  return found;
}

describe('a plan', () => {
  test('has the defaults of the language', () => {
    const plan = planOf(pipeline([stage('a', 'http-request', '{ "url": "https://example.com" }')]));
    expect(plan).toMatchObject({ name: 'demo', version: '0.1.0', maxParallel: 10 });
    for (const key of ['result', 'input', 'output', 'timeout', 'concurrency', 'onFailure'] as const) {
      expect(plan[key]).toBeUndefined();
    }
    expect(plan.main.stages[0]).toMatchObject({
      index: 0,
      join: 'all',
      when: true,
      enabled: true,
      timeout: 30_000,
      onError: 'fail',
      retry: { maxAttempts: null, delay: 1_000, factor: 2, maxDelay: 30_000, jitter: true },
    });
    expect([...(plan.main.stages[0]?.retry.on ?? [])]).toEqual(['TIMEOUT', 'CONNECTIVITY', 'RATE_LIMIT', 'PROVIDER']);
  });

  test('has what the file says, in milliseconds', () => {
    const plan = planOf(
      pipeline(
        [
          stage(
            'a',
            'http-request',
            '{ "url": "https://example.com" }',
            `"timeout": "1.5s", "on_error": "continue", "join": "any", "enabled": false, "cache": { "ttl": "2h", "key": "k-{{ input.x }}" },
             "retry": { "max_attempts": 4, "delay": "250ms", "factor": 1.5, "max_delay": 9, "jitter": false, "on": ["INTERNAL"] }`,
          ),
        ],
        '"version": "2.0.0", "timeout": "1d", "max_parallel": 2, "result": { "x": "{{ input.x }}" }, "input": { "type": "object" }, "output": true',
      ),
    );
    expect(plan).toMatchObject({
      version: '2.0.0',
      timeout: 86_400_000,
      maxParallel: 2,
      input: { type: 'object' },
      output: true,
    });
    expect(plan.result).toMatchObject({ constant: false, value: { x: '{{ input.x }}' } });
    expect(plan.main.stages[0]).toMatchObject({
      timeout: 1_500,
      onError: 'continue',
      join: 'any',
      enabled: false,
      cache: { ttl: 7_200_000, key: { constant: false } },
      retry: { maxAttempts: 4, delay: 250, factor: 1.5, maxDelay: 9_000, jitter: false, on: new Set(['INTERNAL']) },
    });
  });

  test('has no timeout where the component has none', () => {
    expect(planned(pipeline([stage('a', 'delay', '{ "duration": 1 }')]), 'a').timeout).toBeUndefined();
  });

  test('keeps the definition as it was written', () => {
    const definition: PipelineDefinition = {
      name: 'demo',
      stages: [{ id: 'a', component: 'http_request', config: { url: 'https://example.com' } }],
    };
    const { plan } = compilePipeline(definition, { descriptors: DESCRIPTORS });
    expect(plan?.definition).toBe(definition);
    expect(plan?.main.stages[0]?.definition).toBe(definition.stages[0]);
    expect(plan?.main.stages[0]?.component.name).toBe('http-request');
  });

  test('sorts a config into what is resolved, decided, late and constant', () => {
    const text = pipeline([
      stage(
        'each',
        'foreach',
        '{ "items": "{{ input.list }}", "loop_stages": ["pick"], "parallel": true, "result": "{{ stages.pick.output.count }}" }',
      ),
      stage('pick', 'filter', '{ "items": "{{ context.item }}", "condition": "item.x == index" }'),
      stage('choose', 'conditional', '{ "condition": "input.x", "true_branch": "end" }'),
      stage('end', 'logger', '{ "message": "done" }'),
    ]);
    const each = planned(text, 'each');
    expect(each.config).toMatchObject({
      constant: false,
      value: { items: '{{ input.list }}', loop_stages: ['pick'], parallel: true },
    });
    expect(Object.keys(each.lateTemplates)).toEqual(['result']);
    expect(each.constants).toEqual({
      loop_stages: ['pick'],
      parallel: true,
      item_variable: 'item',
      index_variable: 'index',
    });

    const pick = each.bodies.loop_stages?.stages[0];
    expect(pick?.config.value).toEqual({ items: '{{ context.item }}' });
    expect(pick?.lateExpressions.condition?.source).toBe('item.x == index');

    const choose = planned(text, 'choose');
    expect(choose.conditions.condition?.source).toBe('input.x');
    expect(choose.config.value).toEqual({ true_branch: 'end' });
    expect(planned(text, 'end').config).toMatchObject({ constant: true, value: { message: 'done' } });
  });

  test('has the lists of an owner as graphs; lists that are not there are absent', () => {
    const safe = planned(
      pipeline([
        stage('safe', 'trycatch', '{ "try_stages": ["a", "b"], "finally_stages": ["z"] }'),
        stage('b', 'delay', '{ "duration": 1 }', '"depends_on": ["a"]'),
        stage('a', 'delay', '{ "duration": 1 }'),
        stage('z', 'logger', '{ "message": "{{ stages.a.output }}" }'),
      ]),
      'safe',
    );
    expect(Object.keys(safe.bodies)).toEqual(['try_stages', 'finally_stages']);
    expect(safe.bodies.try_stages?.stages.map(({ id }) => id)).toEqual(['a', 'b']);
    // What it reads of the try list is no dependency of its own list, but the skip rule looks at it.
    expect(safe.bodies.finally_stages?.stages[0]).toMatchObject({ dependencies: [], outerSkipDependencies: ['a'] });
  });

  test('lets an owner wait for what its body reads, and only the body look at its skipping', () => {
    const text = pipeline([
      stage('each', 'foreach', '{ "items": [1], "loop_stages": ["inner"], "result": "{{ stages.late.output }}" }'),
      stage('inner', 'loop', '{ "until": true, "loop_stages": ["work"] }'),
      stage('work', 'logger', '{ "message": "{{ stages.early.output }} {{ stages.seen.status }}" }'),
      stage('early', 'delay', '{ "duration": 1 }'),
      stage('seen', 'delay', '{ "duration": 1 }'),
      stage('late', 'delay', '{ "duration": 1 }'),
    ]);
    const { main } = planOf(text);
    const each = planned(text, 'each');
    const ids = (places: readonly number[]) => places.map((place) => main.stages[place]?.id).sort();
    expect(ids(each.dependencies)).toEqual(['early', 'late', 'seen']);
    // `result` is an expression of the owner itself.
    expect(ids(each.skipDependencies)).toEqual(['late']);
    const inner = each.bodies.loop_stages?.stages[0];
    expect(inner).toMatchObject({ dependencies: [], outerSkipDependencies: [] });
    expect(inner?.bodies.loop_stages?.stages[0]).toMatchObject({ outerSkipDependencies: ['early'] });
  });

  test('says what a run needs', () => {
    const { requires } = planOf(
      pipeline([
        stage(
          'a',
          'http-request',
          '{ "url": "{{ vars.HOST }}/{{ vars.?PATH.orValue(\'\') }}", "auth": { "type": "bearer", "token": "{{ secrets.TOKEN }}" } }',
        ),
        stage('b', 'logger', '{ "message": "{{ default(vars.NOTE, 1) }}" }', '"when": "vars.ON == true"'),
      ]),
    );
    expect(requires).toMatchObject({
      vars: ['HOST', 'ON'],
      secrets: ['TOKEN'],
      pipelines: [],
      components: { 'http-request': '1.0.0', logger: '1.0.0' },
    });
  });

  test('is made in linear time and without recursion', () => {
    const n = 10_000;
    const limits = { ...DEFAULT_LIMITS, stages: 2 * n, file_bytes: 10_000_000 };
    const chain = Array.from({ length: n }, (_, i) => ({
      id: `s${i}`,
      component: 'logger',
      config: { message: i === 0 ? '' : `{{ stages.s${i - 1}.output.message }}` },
    }));
    const source = parseSource(JSON.stringify({ name: 'demo', stages: chain.toReversed() }), { limits });
    const { plan, problems } = compilePipeline(source, { descriptors: DESCRIPTORS, limits });
    expect(problems).toEqual([]);
    expect(plan?.main.stages.map(({ id }) => id)).toEqual(chain.map(({ id }) => id));

    const nested = Array.from({ length: n }, (_, i) => ({
      id: `s${i}`,
      component: 'foreach',
      config: { items: [1], loop_stages: [`s${i + 1}`] },
    }));
    const inner = { id: `s${n}`, component: 'logger', config: { message: '{{ context.item }}' } };
    const deep = compilePipeline({ name: 'demo', stages: [...nested, inner] }, { descriptors: DESCRIPTORS, limits });
    expect(deep.problems).toEqual([]);
    expect(deep.plan?.main.stages).toHaveLength(1);
  });
});
