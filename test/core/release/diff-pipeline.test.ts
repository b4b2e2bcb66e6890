import { describe, expect, test } from 'vitest';
import { BUILT_INS } from '../../../src/components/index.ts';
import type { Json, JsonObject } from '../../../src/core/json.ts';
import { diffPipelines, isEmptyDiff } from '../../../src/core/release/diff-pipeline.ts';
import { STAGE_LISTS } from '../../../src/core/release/shape.ts';

const NOTHING = {
  fields: [],
  stages: { added: [], removed: [], changed: [], renamed: [], moved: [] },
  triggers: { added: [], removed: [], changed: [] },
  warnings: [],
};

const pipeline = (stages: JsonObject[], fields: JsonObject = {}): JsonObject => ({ name: 'demo', ...fields, stages });
const logger = (id: string, more: JsonObject = {}): JsonObject => ({
  id,
  component: 'logger',
  config: { message: id },
  ...more,
});

/** What differs, without the warnings. */
function diff(before: JsonObject, after: JsonObject) {
  const { warnings, ...rest } = diffPipelines(before, after);
  return rest;
}

describe('no difference', () => {
  const before = pipeline(
    [
      logger('a', { depends_on: ['b', 'c'], retry: { on: ['TIMEOUT', 'PROVIDER'], max_attempts: 2 } }),
      logger('b'),
      logger('c'),
      { id: 'r', component: 'router', config: { value: 1, routes: { x: ['b', 'c'], y: 'a' }, default: 'b' } },
      { id: 't', component: 'trycatch', config: { try_stages: ['a', 'b'], catch_error_types: ['TIMEOUT', 'QUOTA'] } },
      { id: 'h', component: 'http_request', config: { url: 'x', expect_status: [200, 201] } },
      {
        id: 's',
        component: 'signal',
        config: { schema: { required: ['a', 'b'], properties: { z: { enum: [1, 2] } } } },
      },
    ],
    {
      tags: ['a', 'b'],
      input: { type: ['object', 'null'], required: ['x', 'y'] },
      triggers: [
        { type: 'schedule', id: 't1', cron: '0 6 * * *' },
        { type: 'schedule', id: 't2', cron: '0 7 * * *' },
      ],
    },
  );
  const stages = before.stages as JsonObject[];

  test.each<[string, JsonObject]>([
    ['the order of stages', { ...before, stages: [...stages].reverse() }],
    ['the order of keys', Object.fromEntries(Object.entries(before).reverse())],
    ['the order of triggers', { ...before, triggers: [...(before.triggers as Json[])].reverse() }],
    ['the order of tags', { ...before, tags: ['b', 'a'] }],
    ['the order of lists in a schema', { ...before, input: { required: ['y', 'x'], type: ['null', 'object'] } }],
    [
      'the order of ids, types, statuses',
      pipeline(
        [
          logger('a', { depends_on: ['c', 'b'], retry: { max_attempts: 2, on: ['PROVIDER', 'TIMEOUT'] } }),
          logger('b'),
          logger('c'),
          { id: 'r', component: 'router', config: { default: ['b'], value: 1, routes: { y: ['a'], x: ['c', 'b'] } } },
          {
            id: 't',
            component: 'trycatch',
            config: { catch_error_types: ['QUOTA', 'TIMEOUT'], try_stages: ['b', 'a'] },
          },
          { id: 'h', component: 'http_request', config: { url: 'x', expect_status: [201, 200] } },
          {
            id: 's',
            component: 'signal',
            config: { schema: { properties: { z: { enum: [2, 1] } }, required: ['b', 'a'] } },
          },
        ],
        { tags: before.tags as Json, input: before.input as Json, triggers: before.triggers as Json },
      ),
    ],
  ])('%s', (_what, after) => {
    expect(diffPipelines(before, after)).toEqual(NOTHING);
    expect(isEmptyDiff(diffPipelines(after, before))).toBe(true);
  });

  test('the order of other lists is one', () => {
    const criteria = (list: Json) =>
      pipeline([{ id: 'a', component: 'critic', config: { criteria: list, content: 'x' } }]);
    expect(diff(criteria(['x', 'y']), criteria(['y', 'x'])).stages.changed).toEqual([
      {
        id: 'a',
        changes: [
          { path: ['config', 'criteria', 0], before: 'x', after: 'y' },
          { path: ['config', 'criteria', 1], before: 'y', after: 'x' },
        ],
      },
    ]);
  });
});

test('fields, stages and triggers that were added, removed and changed', () => {
  const before = pipeline(
    [
      logger('a', { timeout: 5 }),
      logger('gone'),
      { id: 'h', component: 'http-request', config: { url: 'x', headers: { a: '1' } } },
    ],
    {
      version: '1.0.0',
      timeout: '5m',
      concurrency: { limit: 1, key: 'input.id' },
      triggers: [
        { type: 'schedule', id: 't', cron: '0 6 * * *' },
        { type: 'webhook', id: 'w', path: 'x', signature: { scheme: 'none' } },
      ],
    },
  );
  const after = pipeline(
    [
      logger('a', { when: 'input.ok', depends_on: ['new'] }),
      { id: 'new', component: 'delay', config: { duration: '1s' } },
      { id: 'h', component: 'http-request', config: { url: 'y', headers: { b: '2' }, body: [1, { c: 2 }] } },
    ],
    {
      version: '1.1.0',
      concurrency: { limit: 2, key: 'input.id' },
      owner: 'me',
      triggers: [
        { type: 'schedule', id: 't', cron: '0 7 * * *', timezone: 'Europe/Berlin' },
        { type: 'schedule', id: 'u', cron: '0 0 * * *' },
      ],
    },
  );
  expect(diffPipelines(before, after)).toEqual({
    fields: [
      { path: ['concurrency', 'limit'], before: 1, after: 2 },
      { path: ['owner'], after: 'me' },
      { path: ['timeout'], before: '5m' },
      { path: ['version'], before: '1.0.0', after: '1.1.0' },
    ],
    stages: {
      added: [
        { id: 'new', component: 'delay', definition: { id: 'new', component: 'delay', config: { duration: '1s' } } },
      ],
      removed: [{ id: 'gone', component: 'logger', definition: logger('gone') }],
      changed: [
        {
          id: 'a',
          changes: [
            { path: ['depends_on'], after: ['new'] },
            { path: ['timeout'], before: 5 },
            { path: ['when'], after: 'input.ok' },
          ],
        },
        {
          id: 'h',
          changes: [
            { path: ['config', 'body'], after: [1, { c: 2 }] },
            { path: ['config', 'headers', 'a'], before: '1' },
            { path: ['config', 'headers', 'b'], after: '2' },
            { path: ['config', 'url'], before: 'x', after: 'y' },
          ],
        },
      ],
      renamed: [],
      moved: [],
    },
    triggers: {
      added: [{ id: 'u', type: 'schedule', definition: { type: 'schedule', id: 'u', cron: '0 0 * * *' } }],
      removed: [
        {
          id: 'w',
          type: 'webhook',
          definition: { type: 'webhook', id: 'w', path: 'x', signature: { scheme: 'none' } },
        },
      ],
      changed: [
        {
          id: 't',
          changes: [
            { path: ['cron'], before: '0 6 * * *', after: '0 7 * * *' },
            { path: ['timezone'], after: 'Europe/Berlin' },
          ],
        },
      ],
    },
    warnings: [],
  });
});

test('a set says what it gained and lost', () => {
  const before = pipeline([logger('a', { depends_on: ['b', 'c'] }), logger('b'), logger('c'), logger('d')]);
  const after = pipeline([logger('a', { depends_on: ['d', 'c'] }), logger('b'), logger('c'), logger('d')]);
  expect(diff(before, after).stages.changed).toEqual([
    { id: 'a', changes: [{ path: ['depends_on'], before: ['b', 'c'], after: ['d', 'c'], gained: ['d'], lost: ['b'] }] },
  ]);
});

test('a value of another type is one change', () => {
  const body = (value: Json) => pipeline([{ id: 'h', component: 'http-request', config: { body: value } }]);
  const changes = (before: Json, after: Json) => diff(body(before), body(after)).stages.changed[0]?.changes;
  expect(changes({ a: 1 }, [1])).toEqual([{ path: ['config', 'body'], before: { a: 1 }, after: [1] }]);
  expect(changes(null, false)).toEqual([{ path: ['config', 'body'], before: null, after: false }]);
  expect(changes([1, 2], [1])).toEqual([{ path: ['config', 'body', 1], before: 2 }]);
  expect(changes(0, -0)).toBeUndefined();
});

describe('a stage moved', () => {
  const gate = (id: string, config: JsonObject, component = 'router'): JsonObject => ({
    id,
    component,
    config: { value: 1, ...config },
  });
  const foreach = (id: string, ...loop_stages: string[]): JsonObject => ({
    id,
    component: 'foreach',
    config: { items: [], loop_stages },
  });
  const main = { owner: null, gate: null };
  const moved = (before: JsonObject[], after: JsonObject[]) =>
    diff(pipeline([...before, logger('x')]), pipeline([...after, logger('x')])).stages.moved;

  test('from the main graph into a body', () => {
    expect(moved([foreach('f')], [foreach('f', 'x')])).toEqual([
      { id: 'x', from: main, to: { owner: { stage: 'f', list: 'loop_stages' }, gate: null } },
    ]);
    expect(moved([], [foreach('f', 'x')])).toHaveLength(1);
  });

  test('from one route to another, or to a second one', () => {
    expect(moved([gate('r', { routes: { a: 'x' } })], [gate('r', { routes: { b: ['x'] } })])).toEqual([
      {
        id: 'x',
        from: { owner: null, gate: { stage: 'r', branches: ['a'] } },
        to: { owner: null, gate: { stage: 'r', branches: ['b'] } },
      },
    ]);
    expect(moved([gate('r', { routes: { a: 'x' } })], [gate('r', { routes: { a: 'x' }, default: 'x' })])).toEqual([
      {
        id: 'x',
        from: { owner: null, gate: { stage: 'r', branches: ['a'] } },
        to: { owner: null, gate: { stage: 'r', branches: ['a', 'default'] } },
      },
    ]);
  });

  test('from one branch to the other, from try to catch', () => {
    expect(
      moved([gate('c', { true_branch: 'x' }, 'conditional')], [gate('c', { false_branch: 'x' }, 'conditional')]),
    ).toMatchObject([{ from: { gate: { branches: ['true'] } }, to: { gate: { branches: ['false'] } } }]);
    const tried = (list: string): JsonObject => ({
      id: 't',
      component: 'trycatch',
      config: { try_stages: ['y'], [list]: ['x'] },
    });
    expect(moved([tried('try_stages')], [tried('catch_stages')])).toMatchObject([
      { from: { owner: { stage: 't', list: 'try_stages' } }, to: { owner: { stage: 't', list: 'catch_stages' } } },
    ]);
  });

  test('from one owner to another, and not when only the owner has another name', () => {
    expect(moved([foreach('f', 'x'), foreach('g')], [foreach('f'), foreach('g', 'x')])).toHaveLength(1);
    const renamed = diff(pipeline([foreach('f', 'x'), logger('x')]), pipeline([foreach('g', 'x'), logger('x')]));
    expect(renamed.stages).toEqual({ ...NOTHING.stages, renamed: [{ from: 'f', to: 'g' }] });
  });
});

describe('a stage is renamed', () => {
  const same = { component: 'logger', config: { message: 'm' }, depends_on: ['p', 'q'] };

  test('when its content has another id', () => {
    const before = pipeline([{ id: 'old', ...same }, logger('p'), logger('q')]);
    const after = pipeline([{ id: 'new', ...same, depends_on: ['q', 'p'] }, logger('p'), logger('q')]);
    expect(diff(before, after)).toMatchObject({ stages: { ...NOTHING.stages, renamed: [{ from: 'old', to: 'new' }] } });
  });

  test('not when two come into question', () => {
    const before = pipeline([
      { id: 'old', ...same },
      { id: 'old2', ...same },
    ]);
    const after = pipeline([{ id: 'new', ...same }]);
    for (const { renamed } of [diff(before, after).stages, diff(after, before).stages]) expect(renamed).toEqual([]);
    expect(diff(before, after).stages.removed.map(({ id }) => id)).toEqual(['old', 'old2']);
  });

  test('and may have moved as well', () => {
    const body = (id: string): JsonObject => ({
      id: 'f',
      component: 'foreach',
      config: { items: [], loop_stages: [id] },
    });
    const before = pipeline([{ id: 'old', ...same }, body('other')]);
    const after = pipeline([{ id: 'new', ...same }, body('new')]);
    expect(diff(before, after).stages).toMatchObject({
      renamed: [{ from: 'old', to: 'new' }],
      moved: [{ id: 'new', from: { owner: null }, to: { owner: { stage: 'f' } } }],
    });
  });
});

test('stages that cannot be told apart are compared by position', () => {
  const before = pipeline([logger('a'), logger('a')]);
  const after = pipeline([logger('a'), logger('b')]);
  expect(diff(before, after)).toEqual({
    ...NOTHING,
    warnings: undefined,
    fields: [
      { path: ['stages', 1, 'config', 'message'], before: 'a', after: 'b' },
      { path: ['stages', 1, 'id'], before: 'a', after: 'b' },
    ],
  });
});

test('the lists of stages are those that the components declare', () => {
  const declared = Object.fromEntries(
    BUILT_INS.flatMap(({ name, fields = {} }) => {
      const lists = Object.entries(fields).flatMap(([field, { kind, ...rest }]) =>
        kind === 'stages' ? [[field, rest]] : [],
      );
      return lists.length === 0 ? [] : [[name, Object.fromEntries(lists)]];
    }),
  );
  expect(STAGE_LISTS).toEqual(declared);
});
