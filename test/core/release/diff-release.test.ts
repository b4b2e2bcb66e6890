import { describe, expect, test } from 'vitest';
import { FlowMasonError } from '../../../src/core/errors.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { diffReleases, digestsToCompare } from '../../../src/core/release/diff-release.ts';
import { digestOf } from '../../../src/core/release/digest.ts';
import type { ReleaseManifest } from '../../../src/core/release/manifest.ts';

const definitions = new Map<string, JsonObject>();

/** A manifest of these pipelines, whose definitions are kept by digest. */
function manifest(pipelines: readonly JsonObject[], more: Partial<ReleaseManifest> = {}): ReleaseManifest {
  const entries = pipelines.map((definition) => {
    const digest = digestOf(definition);
    definitions.set(digest, definition);
    return [String(definition.name), digest];
  });
  return {
    format: 1,
    project: 'shop',
    version: '1.0.0',
    pipelines: Object.fromEntries(entries),
    settings: {},
    requires: { vars: [], secrets: [], optional_secrets: [], triggers: { vars: [], secrets: [] } },
    components: {},
    ...more,
  };
}

const pipeline = (name: string, more: JsonObject = {}): JsonObject => ({
  name,
  version: '1.0.0',
  stages: [{ id: 'a', component: 'logger', config: { message: name } }],
  ...more,
});
const schedule = (id: string, cron = '0 6 * * *') => ({ type: 'schedule', id, cron });

const EMPTY_NEEDS = {
  vars: { gained: [], lost: [] },
  secrets: { gained: [], lost: [] },
  optional_secrets: { gained: [], lost: [] },
  trigger_vars: { gained: [], lost: [] },
  trigger_secrets: { gained: [], lost: [] },
  components: { gained: [], lost: [], changed: [] },
};

describe('two releases', () => {
  const before = manifest([
    pipeline('changed', { triggers: [schedule('t'), schedule('gone')] }),
    pipeline('removed', { triggers: [schedule('r')] }),
    pipeline('same', { triggers: [schedule('s')] }),
  ]);
  const after = manifest([
    pipeline('added', { triggers: [schedule('n')] }),
    pipeline('changed', { triggers: [schedule('t', '0 7 * * *'), schedule('u')], timeout: '5m' }),
    pipeline('same', { triggers: [schedule('s')] }),
  ]);

  test('differ in pipelines and their triggers', () => {
    const diff = diffReleases(before, after, definitions);
    expect(diff.pipelines).toMatchObject({
      added: [{ name: 'added', digest: after.pipelines.added, version: '1.0.0', stages: 1 }],
      removed: [{ name: 'removed', digest: before.pipelines.removed, version: '1.0.0', stages: 1 }],
      changed: [
        {
          name: 'changed',
          before: before.pipelines.changed,
          after: after.pipelines.changed,
          diff: { fields: [{ path: ['timeout'], after: '5m' }] },
        },
      ],
      unchanged: ['same'],
    });
    expect(diff.triggers).toEqual({
      added: [
        { pipeline: 'added', id: 'n', type: 'schedule', definition: schedule('n') },
        { pipeline: 'changed', id: 'u', type: 'schedule', definition: schedule('u') },
      ],
      removed: [
        { pipeline: 'changed', id: 'gone', type: 'schedule', definition: schedule('gone') },
        { pipeline: 'removed', id: 'r', type: 'schedule', definition: schedule('r') },
      ],
      changed: [
        { pipeline: 'changed', id: 't', changes: [{ path: ['cron'], before: '0 6 * * *', after: '0 7 * * *' }] },
      ],
    });
    expect(diff.warnings).toMatchObject([{ pipeline: 'changed', code: 'VERSION_NOT_BUMPED' }]);
    expect(diff.needs).toEqual(EMPTY_NEEDS);
  });

  test('need only the definitions that differ', () => {
    const wanted = digestsToCompare(before, after);
    expect(wanted).toHaveLength(4);
    const few = new Map([...definitions].filter(([digest]) => wanted.includes(digest)));
    expect(diffReleases(before, after, few)).toEqual(diffReleases(before, after, definitions));
    few.delete(wanted[0] ?? '');
    expect(() => diffReleases(before, after, few)).toThrow(FlowMasonError);
  });

  test('differ in settings, needs and components', () => {
    const requires = {
      vars: ['a', 'b'],
      secrets: ['S'],
      optional_secrets: ['O'],
      triggers: { vars: [], secrets: ['H'] },
    };
    const one = manifest([], {
      settings: { ai: { model: 'a/b' }, limits: { stages: 10 } },
      requires,
      components: { logger: '1.0.0', old: '1.0.0' },
    });
    const two = manifest([], {
      version: '1.1.0',
      settings: { ai: { model: 'a/c' }, limits: { nesting: 10 } },
      requires: {
        vars: ['b', 'c'],
        secrets: ['O', 'S'],
        optional_secrets: [],
        triggers: { vars: ['v'], secrets: ['H'] },
      },
      components: { logger: '1.1.0', shiny: '1.0.0' },
    });
    expect(diffReleases(one, two, definitions)).toMatchObject({
      version: { before: '1.0.0', after: '1.1.0' },
      settings: [
        { path: ['ai', 'model'], before: 'a/b', after: 'a/c' },
        { path: ['limits', 'nesting'], after: 10 },
        { path: ['limits', 'stages'], before: 10 },
      ],
      needs: {
        vars: { gained: ['c'], lost: ['a'] },
        secrets: { gained: ['O'], lost: [] },
        optional_secrets: { gained: [], lost: ['O'] },
        trigger_vars: { gained: ['v'], lost: [] },
        trigger_secrets: { gained: [], lost: [] },
        components: {
          gained: ['shiny'],
          lost: ['old'],
          changed: [{ name: 'logger', before: '1.0.0', after: '1.1.0' }],
        },
      },
    });
  });

  test('that are the same differ in nothing', () => {
    const diff = diffReleases(before, before, new Map());
    expect(diff).toMatchObject({
      pipelines: { added: [], removed: [], changed: [], unchanged: ['changed', 'removed', 'same'] },
      settings: [],
      warnings: [],
    });
    expect(digestsToCompare(before, before)).toEqual([]);
  });

  test('of which one only lists its stages in another order are not the same, and no version has to be raised', () => {
    const stages = [
      { id: 'a', component: 'logger' },
      { id: 'b', component: 'logger' },
    ];
    const turned = diffReleases(
      manifest([pipeline('x', { stages })]),
      manifest([pipeline('x', { stages: [...stages].reverse() })]),
      definitions,
    );
    expect(turned.pipelines.changed).toMatchObject([{ name: 'x', diff: { fields: [], warnings: [] } }]);
    expect(turned.warnings).toEqual([]);
  });

  test('the first of an environment adds everything', () => {
    const diff = diffReleases(undefined, after, definitions);
    expect(diff.pipelines).toMatchObject({
      added: [{ name: 'added' }, { name: 'changed' }, { name: 'same' }],
      removed: [],
      changed: [],
      unchanged: [],
    });
    expect(diff.version).toEqual({ before: null, after: '1.0.0' });
  });

  test('give plain JSON', () => {
    const diff = diffReleases(before, after, definitions);
    expect(JSON.parse(JSON.stringify(diff))).toEqual(diff);
  });
});

test('pipelines called like members of every object are pipelines', () => {
  const odd = manifest([pipeline('constructor')]);
  expect(diffReleases(manifest([]), odd, definitions).pipelines.added).toMatchObject([{ name: 'constructor' }]);
  expect(diffReleases(odd, manifest([]), definitions).pipelines.removed).toMatchObject([{ name: 'constructor' }]);
});
