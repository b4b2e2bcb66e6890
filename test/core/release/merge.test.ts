import { describe, expect, test } from 'vitest';
import { compilePipeline } from '../../../src/core/compile/compile-pipeline.ts';
import type { Json, JsonObject } from '../../../src/core/json.ts';
import { mergePipelines } from '../../../src/core/release/merge.ts';
import { parseSource } from '../../../src/core/source/parse.ts';
import { DESCRIPTORS } from '../compile/checked.ts';
import { meaning } from './definitions.ts';

const BASE: JsonObject = {
  name: 'demo',
  version: '1.0.0',
  tags: ['etl', 'daily'],
  timeout: '5m',
  stages: [
    {
      id: 'fetch',
      component: 'http-request',
      config: { url: 'https://example.com', headers: { a: '1' }, query: { q: ['x', 'y'] } },
    },
    {
      id: 'each',
      component: 'foreach',
      config: { items: '{{ stages.fetch.output.body }}', loop_stages: ['clean', 'store'] },
    },
    { id: 'clean', component: 'json-transform', config: { data: '{{ context.item }}', expression: '@' } },
    { id: 'store', component: 'logger', config: { message: 'stored' }, depends_on: ['clean'] },
  ],
};

type Change = (definition: JsonObject) => JsonObject;

const set =
  (...[path, value]: [string, Json | undefined]): Change =>
  (definition) => {
    const copy = structuredClone(definition);
    const steps = path.split('.');
    const last = steps.pop() ?? '';
    let at: Json = copy;
    for (const step of steps) {
      if (Array.isArray(at)) at = at.find((item) => (item as JsonObject).id === step) ?? null;
      else at = (at as JsonObject)[step] ?? null;
    }
    if (value === undefined) delete (at as JsonObject)[last];
    else (at as JsonObject)[last] = value;
    return copy;
  };

const remove =
  (id: string): Change =>
  (definition) => ({ ...definition, stages: (definition.stages as JsonObject[]).filter((stage) => stage.id !== id) });

const add =
  (after: string | undefined, id: string, config: JsonObject = { message: id }): Change =>
  (definition) => {
    const stages = [...(definition.stages as JsonObject[])];
    stages.splice(stages.findIndex((stage) => stage.id === after) + 1, 0, { id, component: 'logger', config });
    return { ...definition, stages };
  };

const made = (...changes: Change[]): JsonObject => changes.reduce((definition, change) => change(definition), BASE);

const idsOf = (definition: JsonObject) => (definition.stages as JsonObject[]).map(({ id }) => id);

describe('what only one side touched goes together', () => {
  test.each<[what: string, ours: Change, theirs: Change]>([
    ['two fields', set('timeout', '1m'), set('version', '1.1.0')],
    ['a field that one adds and one that the other removes', set('owner', 'me'), set('timeout', undefined)],
    ['two stages', set('stages.fetch.config.url', 'https://x.example'), set('stages.store.config.message', 'done')],
    [
      'two keys of one config',
      set('stages.fetch.config.url', 'https://x.example'),
      set('stages.fetch.config.method', 'POST'),
    ],
    ['keys within keys', set('stages.fetch.config.headers.b', '2'), set('stages.fetch.config.headers.a', undefined)],
    ['a config and a field beside it', set('stages.store.config.level', 'debug'), set('stages.store.when', 'input.ok')],
    ['a stage that is deleted and one that is changed', remove('store'), set('stages.clean.config.expression', 'a')],
  ])('%s', (_what, ours, theirs) => {
    const { merged, conflicts } = mergePipelines(BASE, made(ours), made(theirs));
    expect(conflicts).toEqual([]);
    expect(merged).toEqual(made(ours, theirs));
  });

  test('also keys of an object that both added', () => {
    const retry = (value: Json) => set('stages.fetch.retry', value)(BASE);
    const result = mergePipelines(BASE, retry({ max_attempts: 5 }), retry({ delay: '1s' }));
    expect(result).toEqual({ merged: retry({ max_attempts: 5, delay: '1s' }), conflicts: [] });
  });

  test('what both sides did in the same way is done once', () => {
    const both = [set('timeout', '9m'), remove('store'), add('fetch', 'log')];
    expect(mergePipelines(BASE, made(...both), made(...both, set('owner', 'me')))).toEqual({
      merged: made(...both, set('owner', 'me')),
      conflicts: [],
    });
  });

  test.each<[string, string, Json, Json, Json]>([
    ['tags', 'tags', ['etl', 'daily', 'mine'], ['daily', 'theirs'], ['daily', 'mine', 'theirs']],
    ['depends_on', 'stages.store.depends_on', [], ['clean', 'fetch'], ['fetch']],
    ['loop_stages', 'stages.each.config.loop_stages', ['store'], ['clean', 'store', 'log'], ['store', 'log']],
  ])('%s is a set: additions and removals of both count', (_what, path, ours, theirs, merged) => {
    const result = mergePipelines(BASE, set(path, ours)(BASE), set(path, theirs)(BASE));
    expect(result).toEqual({ merged: set(path, merged)(BASE), conflicts: [] });
  });

  test('an id without a list is a list of one', () => {
    const gate = (ids: Json): JsonObject => ({
      name: 'demo',
      stages: [{ id: 'c', component: 'conditional', config: { true_branch: ids } }],
    });
    expect(mergePipelines(gate('a'), gate('b'), gate(['a', 'x'])).merged).toEqual(gate(['b', 'x']));
    expect(mergePipelines(gate('a'), gate(['a']), gate('b')).merged).toEqual(gate('b'));
    expect(mergePipelines(gate('a'), gate('b'), gate(['b'])).merged).toEqual(gate('b'));
  });
});

describe('a conflict', () => {
  test.each<[string, Change, Change, object]>([
    [
      'a field',
      set('timeout', '1m'),
      set('timeout', '2m'),
      { path: ['timeout'], base: '5m', ours: '1m', theirs: '2m' },
    ],
    [
      'a field that one side removed',
      set('timeout', undefined),
      set('timeout', '2m'),
      { path: ['timeout'], base: '5m', theirs: '2m' },
    ],
    [
      'a field that both added',
      set('owner', 'me'),
      set('owner', 'you'),
      { path: ['owner'], ours: 'me', theirs: 'you' },
    ],
    [
      'a key within a config',
      set('stages.fetch.config.headers.a', '2'),
      set('stages.fetch.config.headers.a', '3'),
      { path: ['stages', 'fetch', 'config', 'headers', 'a'], stage: 'fetch', base: '1', ours: '2', theirs: '3' },
    ],
    [
      'a list whose order counts',
      set('stages.fetch.config.query.q', ['x', 'z']),
      set('stages.fetch.config.query.q', ['w', 'x', 'y']),
      {
        path: ['stages', 'fetch', 'config', 'query', 'q'],
        stage: 'fetch',
        base: ['x', 'y'],
        ours: ['x', 'z'],
        theirs: ['w', 'x', 'y'],
      },
    ],
    [
      'a stage that is deleted here and changed there',
      remove('store'),
      set('stages.store.when', false),
      {
        path: ['stages', 'store'],
        stage: 'store',
        base: (BASE.stages as Json[])[3],
        theirs: { ...((BASE.stages as Json[])[3] as JsonObject), when: false },
      },
    ],
    [
      'two stages of one id',
      add('fetch', 'log', { message: 'a' }),
      add('store', 'log', { message: 'b' }),
      {
        path: ['stages', 'log'],
        stage: 'log',
        ours: { id: 'log', component: 'logger', config: { message: 'a' } },
        theirs: { id: 'log', component: 'logger', config: { message: 'b' } },
      },
    ],
    [
      'the type of a schema',
      set('input', { type: 'object' }),
      set('input', { type: ['object', 'null'] }),
      { path: ['input', 'type'], ours: 'object', theirs: ['object', 'null'] },
    ],
  ])('%s', (_what, ours, theirs, conflict) => {
    const [mine, other] = [made(ours), made(theirs)];
    const result = mergePipelines(BASE, mine, other);
    expect(result.conflicts).toEqual([conflict]);
    // Both ways out give that side, because nothing else was changed.
    expect(result.merged).toEqual(mine);
    expect(meaning(mergePipelines(BASE, mine, other, 'theirs').merged)).toBe(meaning(other));
  });

  test('is none where a deleted stage was only written in another order', () => {
    const turned = set('stages.store', undefined);
    expect(turned(BASE)).toEqual(BASE);
    const two = made(set('stages.store.depends_on', ['clean', 'fetch']));
    const reordered = set('stages.store.depends_on', ['fetch', 'clean'])(two);
    expect(mergePipelines(two, remove('store')(two), reordered)).toEqual({
      merged: remove('store')(two),
      conflicts: [],
    });
  });

  test('may be decided one by one', () => {
    const ours = made(set('timeout', '1m'), set('version', '1.0.1'), set('stages.fetch.config.url', 'a'));
    const theirs = made(set('timeout', '2m'), set('version', '2.0.0'), set('stages.fetch.config.url', 'b'));
    const { merged, conflicts } = mergePipelines(BASE, ours, theirs, ({ path, stage }) =>
      stage === 'fetch' ? 'mark' : path[0] === 'version' ? 'theirs' : 'ours',
    );
    expect(conflicts.map(({ path }) => path.join('.'))).toEqual(['version', 'timeout', 'stages.fetch.config.url']);
    expect(merged).toEqual(
      made(
        set('timeout', '1m'),
        set('version', '2.0.0'),
        set('stages.fetch.config.url', { $conflict: { base: 'https://example.com', ours: 'a', theirs: 'b' } }),
      ),
    );
  });

  test('that is marked is refused by the checker, wherever it stands', () => {
    const ours = made(
      set('timeout', '1m'),
      set('stages.fetch.config.url', 'a'),
      remove('store'),
      set('stages.each.config.loop_stages', ['clean']),
    );
    const theirs = made(set('timeout', '2m'), set('stages.fetch.config.url', 'b'), set('stages.store.when', false));
    const { merged, conflicts } = mergePipelines(BASE, ours, theirs, 'mark');
    expect(conflicts).toHaveLength(3);
    expect(idsOf(merged)).toEqual(['fetch', 'each', 'clean', undefined]);
    const { problems } = compilePipeline(parseSource(JSON.stringify(merged)), { descriptors: DESCRIPTORS });
    expect(problems.filter(({ code }) => code === 'MERGE_CONFLICT')).toHaveLength(3);
  });

  test('of the whole where a list of stages cannot be read by id', () => {
    const twice = add('fetch', 'store')(BASE);
    const { merged, conflicts } = mergePipelines(BASE, twice, made(add('fetch', 'log')));
    expect(conflicts.map(({ path, stage }) => [path, stage])).toEqual([[['stages'], undefined]]);
    expect(merged).toEqual(twice);
  });

  test('between two additions without a base is about what both have and is not the same', () => {
    const ours = made(set('timeout', '1m'), add('fetch', 'mine'));
    const theirs = made(set('timeout', '2m'), set('stages.store.when', false), add('store', 'other'));
    const { merged, conflicts } = mergePipelines(undefined, ours, theirs);
    expect(conflicts.map(({ path }) => path.join('.'))).toEqual(['timeout', 'stages.store']);
    expect(idsOf(merged)).toEqual(['fetch', 'mine', 'each', 'clean', 'store', 'other']);
  });
});

describe('stages of the result', () => {
  test.each<[string, Change[], Change[], string]>([
    [
      'stand as in ours',
      [(d) => ({ ...d, stages: [...(d.stages as Json[])].reverse() })],
      [set('owner', 'you')],
      'store clean each fetch',
    ],
    [
      'of theirs follow the neighbour they have there',
      [remove('clean')],
      [add('fetch', 'x'), add('store', 'y')],
      'fetch x each store y',
    ],
    [
      'that are several in theirs keep their order',
      [add('fetch', 'mine')],
      [add('fetch', 'b'), add('fetch', 'a')],
      'fetch a b mine each clean store',
    ],
    ['that theirs has first come first', [set('owner', 'me')], [add(undefined, 'x')], 'x fetch each clean store'],
    [
      'follow a neighbour that ours does not have any more from where it was',
      [remove('each')],
      [add('each', 'x')],
      'fetch x clean store',
    ],
  ])('%s', (_what, ours, theirs, expected) => {
    const { merged } = mergePipelines(BASE, made(...ours), made(...theirs));
    expect(idsOf(merged).join(' ')).toBe(expected);
  });
});

test('keys that objects inherit or programs mistake are keys', () => {
  const config = (text: string): JsonObject => ({
    name: 'demo',
    stages: [{ id: 'constructor', component: 'logger', config: JSON.parse(text) }],
  });
  const { merged, conflicts } = mergePipelines(
    config('{ "toString": 1 }'),
    config('{ "toString": 1, "__proto__": { "polluted": 1 }, "constructor": 2 }'),
    config('{ "toString": 3, "hasOwnProperty": 4 }'),
  );
  expect(conflicts).toEqual([]);
  expect(JSON.stringify((merged.stages as JsonObject[])[0]?.config)).toBe(
    '{"toString":3,"hasOwnProperty":4,"__proto__":{"polluted":1},"constructor":2}',
  );
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});
