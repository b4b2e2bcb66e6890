import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CODES } from '../../../src/core/codes/index.ts';
import { compilePipeline } from '../../../src/core/compile/compile-pipeline.ts';
import type { PipelineDefinition } from '../../../src/core/pipeline.ts';
import type { Problem } from '../../../src/core/problem.ts';
import { parseSource } from '../../../src/core/source/parse.ts';
import fc from '../../setup/property.ts';
import { DESCRIPTORS, expectProblems, pipeline, problemsOf } from './checked.ts';

/** Compiles whatever it is. */
function compileAny(value: unknown): { plan?: unknown; problems: Problem[] } {
  // What the compiler takes is a promise that these tests break.
  return compilePipeline(value as PipelineDefinition, { descriptors: DESCRIPTORS });
}

describe('bad input', () => {
  test('JSON that does not parse is all that is said', () => {
    const found = problemsOf('{ "name": "X", "stages": [ { } }');
    expect(found.map(({ code }) => code)).toEqual(['INVALID_JSON']);
  });

  test('__proto__ is refused wherever it stands, in files and in values', () => {
    expectProblems(
      pipeline([
        '{ "id": "a", "component": "logger", "config": { "message": "", "data": { «"__proto__"»: { "x": 1 } } } }',
      ]),
      [['FORBIDDEN_KEY', 'The key `__proto__` is refused: programs take it for something else', 'Rename the key']],
    );
    const value = JSON.parse('{ "name": "demo", "stages": [{ "id": "a", "__proto__": { "component": "logger" } }] }');
    const { plan, problems } = compileAny(value);
    expect(plan).toBeUndefined();
    expect(problems).toMatchObject([{ code: 'FORBIDDEN_KEY', path: ['stages', 0, '__proto__'] }]);
  });

  test('names of Object.prototype are names like any other', () => {
    const names = ['constructor', 'toString', 'hasOwnProperty', 'valueOf'];
    for (const name of names) {
      const codes = (text: string) => problemsOf(text).map(({ code }) => code);
      expect(codes(pipeline([`{ "id": "${name}", "component": "logger", "config": { "message": "" } }`]))).toEqual([]);
      expect(codes(pipeline([`{ "id": "a", "component": "${name}" }`]))).toEqual(['UNKNOWN_COMPONENT']);
      expect(
        codes(pipeline([`{ "id": "a", "component": "logger", "config": { "message": "", "${name}": 1 } }`])),
      ).toEqual(['UNKNOWN_FIELD']);
      expect(
        codes(pipeline([`{ "id": "a", "component": "logger", "config": { "message": "" }, "${name}": 1 }`])),
      ).toEqual(['UNKNOWN_FIELD']);
    }
  });

  test('65 levels of nesting', () => {
    const nested = (levels: number) =>
      pipeline([
        `{ "id": "a", "component": "logger", "config": { "message": "", "data": ${'['.repeat(levels)}${']'.repeat(levels)} } }`,
      ]);
    expect(problemsOf(nested(60))).toEqual([]);
    expect(problemsOf(nested(61))).toMatchObject([{ code: 'NESTING_TOO_DEEP', line: 3 }]);
    let value: unknown = 1;
    for (let i = 0; i < 100_000; i++) value = [value];
    expect(compileAny({ name: 'demo', stages: value }).problems).toMatchObject([{ code: 'NESTING_TOO_DEEP' }]);
  });

  test('a value that holds itself', () => {
    const value: Record<string, unknown> = { name: 'demo', stages: [] };
    value.result = value;
    expect(compileAny(value).problems).toMatchObject([{ code: 'NESTING_TOO_DEEP' }]);
  });

  test('a value that is no JSON', () => {
    for (const bad of [undefined, () => 1, Symbol('x'), 1n, Number.NaN, Number.POSITIVE_INFINITY]) {
      const { problems } = compileAny({ name: 'demo', stages: [], result: { x: [bad] } });
      expect(problems).toMatchObject([{ code: 'WRONG_TYPE', path: ['result', 'x', 0] }]);
    }
  });

  test('2,001 stages, and 100,000', () => {
    for (const n of [2_001, 100_000]) {
      const stages = Array.from({ length: n }, (_, i) => ({
        id: `s${i}`,
        component: 'logger',
        config: { message: '' },
      }));
      expect(compileAny({ name: 'demo', stages }).problems).toMatchObject([
        { code: 'TOO_MANY_STAGES', path: ['stages'], message: `Expected at most 2000 stages, found ${n}` },
      ]);
    }
  });

  test('a hundred thousand mistakes are all found, and no call overflows the stack', () => {
    const junk = Object.fromEntries(Array.from({ length: 150_000 }, (_, i) => [`k${i}`, 1]));
    const { problems } = compileAny({
      name: 'demo',
      stages: [{ id: 'a', component: 'logger', config: { message: '' } }],
      ...junk,
    });
    expect(problems).toHaveLength(150_000);
  });

  test('thousands of unknown names do not cost more than they are worth', () => {
    const stages = Array.from({ length: 1_000 }, (_, i) => ({
      id: `stage-number-${i}`,
      component: 'logger',
      config: { message: '' },
      depends_on: Array.from({ length: 10 }, (_, k) => `stagenumber${i}x${k}`),
    }));
    const { problems } = compileAny({ name: 'demo', stages });
    expect(problems).toHaveLength(10_000);
    expect(problems[0]?.hint).toContain('Did you mean');
  });

  test('texts of the file do not reach a terminal as they are', () => {
    const nasty = '\\u001b[31m\\u202e\\u0007';
    for (const { message, hint = '' } of problemsOf(
      pipeline([`{ "id": "${nasty}", "component": "${nasty}", "${nasty}": 1, "depends_on": ["${nasty}"] }`]),
    )) {
      expect(message + hint).not.toMatch(/[\p{Cc}\u202e]/u);
    }
  });
});

/** Every problem is one that `fm explain` knows, and says something. */
function expectSound(problems: readonly Problem[]): void {
  for (const { code, message, severity } of problems) {
    if (!Object.hasOwn(CODES, code)) expect.fail(`${code} is not documented`);
    if (message === '') expect.fail(`${code} says nothing`);
    if (severity !== 'error' && severity !== 'warning') expect.fail(`${code} is a ${severity}`);
  }
}

describe('any JSON', () => {
  const known = [
    'id',
    'a',
    'b',
    'logger',
    'foreach',
    'conditional',
    'router',
    'trycatch',
    'loop',
    'filter',
    'http-request',
    'variable-set',
    '{{ stages.a.output }}',
    '{{ context.vars.x }}',
    'all',
    'any',
    '1s',
    '{{',
    '',
  ];
  const { value: json } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, depthSize: 'small' },
      fc.constantFrom(...known),
      fc.jsonValue({ maxDepth: 1 }),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(
        fc.constantFrom(
          'id',
          'component',
          'config',
          'depends_on',
          'when',
          'retry',
          'cache',
          'ttl',
          'key',
          'loop_stages',
          'true_branch',
          'routes',
          'default',
          'items',
          'condition',
          'x',
        ),
        tie('value'),
        { maxKeys: 6 },
      ),
    ),
  }));
  const component = fc.constantFrom(...DESCRIPTORS.keys(), 'nope');
  const ids = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'zz'), { maxLength: 3 });
  const stage = fc.record(
    {
      id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      component,
      config: fc.oneof(
        json,
        fc.record({ loop_stages: ids, items: json, until: json }, { requiredKeys: [] }),
        fc.record({ try_stages: ids, catch_stages: ids, finally_stages: ids }, { requiredKeys: [] }),
        fc.record({ condition: json, true_branch: ids, false_branch: ids }, { requiredKeys: [] }),
        fc.record(
          { value: json, routes: fc.dictionary(fc.constantFrom('x', 'y', 'default'), ids), default: ids },
          { requiredKeys: [] },
        ),
        fc.record({
          name: fc.constantFrom('x', 'y'),
          value: fc.constantFrom('{{ context.vars.x }}', '{{ stages.b.output }}'),
        }),
      ),
      depends_on: fc.oneof(ids, json),
      join: fc.constantFrom('all', 'any'),
      when: json,
      retry: json,
      cache: json,
    },
    { requiredKeys: ['id', 'component'] },
  );
  const file = fc.record(
    {
      name: fc.constant('demo'),
      stages: fc.array(stage, { maxLength: 6 }),
      result: json,
      triggers: json,
      on_failure: json,
      concurrency: json,
    },
    { requiredKeys: ['name', 'stages'] },
  );

  test('is compiled or refused, and nothing throws', () => {
    fc.assert(
      fc.property(fc.oneof(json, file), (value) => {
        const { plan, problems } = compileAny(value);
        expectSound(problems);
        for (const { message } of problems) expect(message).not.toMatch(/undefined|\[object|NaN/);
        expect(plan === undefined).toBe(problems.some(({ severity }) => severity === 'error'));
      }),
      { numRuns: 1_000 },
    );
  });

  test('has the same problems as a text and as a value, and as a text each has its place', () => {
    fc.assert(
      fc.property(file, (value) => {
        const text = JSON.stringify(value, null, 2);
        const source = parseSource(text);
        if (source.problems.length > 0) return;
        const read = compilePipeline(source, { descriptors: DESCRIPTORS }).problems;
        const plain = compileAny(JSON.parse(text)).problems;
        const say = ({ code, message, path }: Problem) =>
          JSON.stringify([code, path, message.replaceAll(/the stage in line \d+|stage \d+/g, 'another')]);
        expect(read.map(say).sort()).toEqual(plain.map(say).sort());
        for (const { line, column, length } of read) {
          const row = text.split('\n')[(line ?? 0) - 1] ?? '';
          expect(column).toBeGreaterThan(0);
          expect((column ?? 0) - 1 + (length ?? 0)).toBeLessThanOrEqual(row.length);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('in topological order whenever there is a plan', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 11 }), fc.nat({ max: 11 })), { maxLength: 24 }), (edges) => {
        const stages = Array.from({ length: 12 }, (_, i) => ({
          id: `s${i}`,
          component: 'logger',
          config: { message: '' },
          depends_on: [...new Set(edges.filter(([from]) => from === i).map(([, to]) => `s${to}`))],
        }));
        const { plan, problems } = compilePipeline({ name: 'demo', stages }, { descriptors: DESCRIPTORS });
        const cyclic = problems.some(({ code }) => code === 'CYCLE');
        expect(plan === undefined).toBe(cyclic);
        for (const stage of plan?.main.stages ?? []) {
          expect(stage.dependencies.every((place) => place < stage.index)).toBe(true);
          expect(stage.dependents.every((place) => place > stage.index)).toBe(true);
        }
        for (const { message } of problems.filter(({ code }) => code === 'CYCLE')) {
          const ids = (message.split(': ')[1] ?? '').split(' -> ');
          expect(ids[0]).toBe(ids.at(-1));
          for (const [i, id] of ids.slice(0, -1).entries()) {
            expect(stages.find((stage) => stage.id === id)?.depends_on).toContain(ids[i + 1]);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  const naughty = new URL('../../../../shared/data/naughty/blns.json', import.meta.url);
  test.skipIf(!existsSync(naughty))('naughty strings as anything', () => {
    const strings: string[] = JSON.parse(readFileSync(naughty, 'utf8'));
    for (const text of strings) {
      const definition = {
        name: text,
        version: text,
        stages: [
          { id: text, component: text, [text]: text, depends_on: [text], when: text, timeout: text },
          { id: 'a', component: 'foreach', config: { items: text, loop_stages: [text], item_variable: text } },
          { id: 'b', component: 'router', config: { value: text, routes: { [text]: text } } },
          { id: 'c', component: 'logger', config: { message: text, [text]: text }, cache: { ttl: text, key: text } },
        ],
        result: text,
        triggers: [{ type: 'schedule', id: text, cron: text, timezone: text }, { type: text }],
      };
      expectSound(compileAny(definition).problems);
      expectSound(compileAny(text).problems);
    }
  });
});
