import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/core/json.ts';
import { canonicalJson } from '../../../src/core/release/canonical.ts';
import { diffPipelines, isEmptyDiff } from '../../../src/core/release/diff-pipeline.ts';
import { mergePipelines } from '../../../src/core/release/merge.ts';
import { mergedText } from '../../../src/core/release/text.ts';
import { parseSource } from '../../../src/core/source/parse.ts';
import fc from '../../setup/property.ts';
import { definition, json, meaning, shuffled, stage, text } from './definitions.ts';

const runs = { numRuns: 300 };

/** A definition and another one that has most of its stages and fields. */
const pair = fc.tuple(definition, definition, fc.infiniteStream(fc.boolean())).map(([base, other, coins]) => {
  const flip = (): boolean => coins.next().value === true;
  return { base, changed: mixed(base, other, flip) };
});

/** Fields and stages of the first, some of them as in the second. */
function mixed(base: JsonObject, other: JsonObject, flip: () => boolean): JsonObject {
  const result: JsonObject = {};
  for (const name of Object.keys({ ...base, ...other })) {
    const value = flip() ? other[name] : base[name];
    if (value !== undefined) result[name] = value;
  }
  const stages = new Map((base.stages as JsonObject[]).map((item) => [item.id, item]));
  for (const item of other.stages as JsonObject[]) {
    if (!flip()) continue;
    const mine = stages.get(item.id);
    // Half of them whole, half of them mixed as well.
    stages.set(item.id, mine && flip() ? ({ ...mine, ...item, component: mine.component } as JsonObject) : item);
  }
  for (const item of base.stages as JsonObject[]) if (flip() && flip() && stages.size > 1) stages.delete(item.id);
  return { ...result, name: 'demo', stages: [...stages.values()] };
}

const trio = fc
  .tuple(definition, definition, definition, fc.infiniteStream(fc.boolean()))
  .map(([base, first, second, coins]) => {
    const flip = (): boolean => coins.next().value === true;
    return { base, ours: mixed(base, first, flip), theirs: mixed(base, second, flip) };
  });

describe('a merge', () => {
  test('with one side unchanged is the other side', () => {
    fc.assert(
      fc.property(pair, ({ base, changed }) => {
        for (const result of [
          mergePipelines(base, changed, base),
          mergePipelines(base, base, changed),
          mergePipelines(base, changed, changed),
        ]) {
          expect(result.conflicts).toEqual([]);
          expect(canonicalJson(result.merged)).toBe(canonicalJson(changed));
        }
      }),
      runs,
    );
  });

  test('with a side that only changed the order of things means what the other side means', () => {
    fc.assert(
      fc.property(pair, ({ base, changed }) => {
        for (const result of [
          mergePipelines(base, shuffled(base), changed),
          mergePipelines(base, changed, shuffled(base)),
        ]) {
          expect(result.conflicts).toEqual([]);
          expect(meaning(result.merged)).toBe(meaning(changed));
        }
      }),
      runs,
    );
  });

  test('commutes, and so do its conflicts', () => {
    fc.assert(
      fc.property(trio, ({ base, ours, theirs }) => {
        const forth = mergePipelines(base, ours, theirs);
        const back = mergePipelines(base, theirs, ours);
        const turned = back.conflicts.map(({ ours: a, theirs: b, ...rest }) => ({
          ...rest,
          ...(b === undefined ? undefined : { ours: b }),
          ...(a === undefined ? undefined : { theirs: a }),
        }));
        const sorted = (list: readonly object[]) => list.map((item) => canonicalJson(item as Json)).sort();
        expect(sorted(turned)).toEqual(sorted(forth.conflicts));
        if (forth.conflicts.length === 0) expect(meaning(back.merged)).toBe(meaning(forth.merged));
      }),
      runs,
    );
  });

  test('decided for one side takes all of its conflicts from there', () => {
    fc.assert(
      fc.property(trio, ({ base, ours, theirs }) => {
        const { conflicts } = mergePipelines(base, ours, theirs);
        for (const side of ['ours', 'theirs'] as const) {
          const { merged } = mergePipelines(base, ours, theirs, side);
          for (const { path, [side]: value } of conflicts) expect(valueAt(merged, path)).toEqual(value);
        }
        const marked = JSON.stringify(mergePipelines(base, ours, theirs, 'mark').merged);
        expect(marked.split('"$conflict":').length - 1).toBe(conflicts.length);
      }),
      runs,
    );
  });

  test('writes nothing into its sides', () => {
    fc.assert(
      fc.property(trio, ({ base, ours, theirs }) => {
        const before = JSON.stringify([base, ours, theirs]);
        mergePipelines(base, ours, theirs, 'mark');
        expect(JSON.stringify([base, ours, theirs])).toBe(before);
      }),
    );
  });
});

/** What stands at a path of a conflict; stages and triggers are found by id. */
function valueAt(root: Json, path: readonly (string | number)[]): Json | undefined {
  let value: Json | undefined = root;
  for (const [i, step] of path.entries()) {
    if (Array.isArray(value) && i === 1) value = value.find((item) => (item as JsonObject).id === step);
    else if (typeof value === 'object' && value !== null && Object.hasOwn(value, step))
      value = (value as JsonObject)[step];
    else return undefined;
  }
  return value;
}

/** What one side does in one place that the other side leaves alone. */
interface Edit {
  readonly side: 'ours' | 'theirs';
  readonly apply: (definition: JsonObject) => JsonObject;
}

const onStage =
  (id: Json | undefined, change: (stage: JsonObject) => JsonObject | undefined) => (whole: JsonObject) => ({
    ...whole,
    stages: (whole.stages as JsonObject[]).flatMap((item) => (item.id === id ? (change(item) ?? []) : [item])),
  });

const side = fc.constantFrom('ours' as const, 'theirs' as const);

/** Edits of every kind, each in a place of its own. */
function edits(base: JsonObject): fc.Arbitrary<Edit[]> {
  const stages = base.stages as JsonObject[];
  const ids = stages.map(({ id }) => String(id));
  const fields = ['description', 'timeout', 'max_parallel', 'priority', 'pool', 'owner'];
  const ofField = fields.map((name) =>
    fc.record({ side, value: fc.option(json, { nil: undefined }) }).map(
      ({ side, value }): Edit => ({
        side,
        apply: ({ [name]: _, ...rest }) => (value === undefined ? rest : { ...rest, [name]: value }),
      }),
    ),
  );
  const ofStage = stages.map(({ id, config }) =>
    fc.oneof(
      side.map((side): Edit[] => [{ side, apply: onStage(id, () => undefined) }]),
      fc.tuple(
        ...[...new Set([...Object.keys(config ?? {}), 'new 1', 'new 2'])].map((name) =>
          fc.record({ side, value: fc.option(text, { nil: undefined }) }).map(
            ({ side, value }): Edit => ({
              side,
              apply: onStage(id, (item) => {
                const { [name]: _, ...rest } = (item.config ?? {}) as JsonObject;
                const next = value === undefined ? rest : { ...rest, [name]: value };
                // A stage without config stays one where nothing is set.
                return item.config === undefined && value === undefined ? item : { ...item, config: next };
              }),
            }),
          ),
        ),
      ),
      fc
        .record({ side, wanted: fc.subarray(ids) })
        .map(({ side, wanted }): Edit[] => [{ side, apply: onStage(id, (item) => ({ ...item, depends_on: wanted })) }]),
    ),
  );
  const added = ['n1', 'n2', 'n3'].map((id) =>
    fc.record({ side, item: stage(id, ids) }).map(
      ({ side, item }): Edit => ({
        side,
        apply: (whole) => ({ ...whole, stages: [...(whole.stages as JsonObject[]), item] }),
      }),
    ),
  );
  return fc
    .tuple(fc.tuple(...ofField), fc.tuple(...ofStage), fc.tuple(...added))
    .chain(([a, b, c]) => fc.shuffledSubarray([...a, ...b.flat(), ...c]));
}

const apart = definition.chain((base) => edits(base).map((list) => ({ base, list })));
const applied = (base: JsonObject, list: readonly Edit[]) => list.reduce((whole, edit) => edit.apply(whole), base);

describe('edits of two sides in places of their own', () => {
  test('go together without a conflict, and all of them are there', () => {
    fc.assert(
      fc.property(apart, ({ base, list }) => {
        const [ours, theirs] = (['ours', 'theirs'] as const).map((name) =>
          applied(
            base,
            list.filter((edit) => edit.side === name),
          ),
        ) as [JsonObject, JsonObject];
        const { merged, conflicts } = mergePipelines(base, ours, theirs);
        expect(conflicts).toEqual([]);
        expect(meaning(merged)).toBe(meaning(applied(base, list)));
      }),
      runs,
    );
  });

  test('keep the bytes of every stage that theirs did not touch, and of the file around them', () => {
    fc.assert(
      fc.property(
        apart,
        fc.constantFrom(2, 3, '\t', 0),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        ({ base, list }, indent, lineEnd, mark) => {
          const [ours, theirs] = (['ours', 'theirs'] as const).map((name) =>
            applied(
              base,
              list.filter((edit) => edit.side === name),
            ),
          ) as [JsonObject, JsonObject];
          const written = `${mark ? '\u{feff}' : ''}${JSON.stringify(ours, null, indent).replaceAll('\n', lineEnd)}${lineEnd}`;
          const { merged } = mergePipelines(base, ours, theirs);
          const result = mergedText(merged, { definition: ours, text: written });
          expect(result.startsWith('\u{feff}')).toBe(mark);
          expect(result.endsWith(`}${lineEnd}`)).toBe(true);
          if (lineEnd === '\r\n') expect(result.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
          expectValue(result, merged);
          const source = parseSource(written);
          for (const [i, item] of (ours.stages as JsonObject[]).entries()) {
            const same = (merged.stages as JsonObject[]).some((other) => canonicalJson(other) === canonicalJson(item));
            const place = source.locate(['stages', i]);
            if (same && place) expect(result).toContain(source.text.slice(place.offset, place.offset + place.length));
          }
        },
      ),
      runs,
    );
  });
});

describe('a text', () => {
  const spaces = fc.infiniteStream(fc.constantFrom('', ' ', '\n', '  ', '\n    ', '\t', '\r\n'));

  test('of any form, edited to any other definition, holds exactly that', () => {
    fc.assert(
      fc.property(trio, spaces, ({ base, ours, theirs }, space) => {
        const written = spaced(ours, () => String(space.next().value));
        for (const target of [base, theirs, mergePipelines(base, ours, theirs, 'mark').merged])
          expectValue(mergedText(target, { definition: ours, text: written }), target);
        expect(mergedText(shuffledKeys(ours), { definition: ours, text: written })).toBe(written);
      }),
      runs,
    );
  });

  test('of theirs is taken whole where the result is theirs', () => {
    fc.assert(
      fc.property(pair, ({ base, changed }) => {
        const theirs = { definition: changed, text: JSON.stringify(changed, null, 7) };
        const { merged } = mergePipelines(base, base, changed);
        const same = canonicalJson(base) === canonicalJson(changed);
        const ours = { definition: base, text: JSON.stringify(base) };
        expect(mergedText(merged, ours, theirs)).toBe(same ? ours.text : theirs.text);
      }),
    );
  });
});

/** The file reads as this definition, without a problem. */
function expectValue(written: string, target: JsonObject): void {
  const { value, problems } = parseSource(written);
  expect(problems).toEqual([]);
  expect(canonicalJson(value as Json)).toBe(canonicalJson(target));
}

function shuffledKeys(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).reverse());
}

/** The value as text, with any white space wherever some may stand. */
function spaced(value: Json, space: () => string): string {
  const around = (token: string): string => space() + token + space();
  if (Array.isArray(value)) return `[${value.map((item) => around(spaced(item, space))).join(',')}${space()}]`;
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, item]) => `${around(JSON.stringify(name))}:${around(spaced(item, space))}`,
  );
  return `{${members.join(',')}${space()}}`;
}

describe('a diff', () => {
  test('is empty exactly where both mean the same', () => {
    fc.assert(
      fc.property(pair, ({ base, changed }) => {
        expect(isEmptyDiff(diffPipelines(base, base))).toBe(true);
        expect(isEmptyDiff(diffPipelines(base, shuffled(base)))).toBe(true);
        expect(isEmptyDiff(diffPipelines(base, changed))).toBe(meaning(base) === meaning(changed));
      }),
      runs,
    );
  });

  test('does not depend on the order of either file, and is JSON', () => {
    fc.assert(
      fc.property(pair, ({ base, changed }) => {
        const diff = diffPipelines(base, changed);
        expect(JSON.parse(JSON.stringify(diff))).toEqual(JSON.parse(JSON.stringify(diff)));
        const ids = ({ stages }: typeof diff) =>
          Object.entries(stages).map(([kind, list]) => [
            kind,
            list.map((item) => ('id' in item ? item.id : `${item.from} ${item.to}`)),
          ]);
        expect(ids(diffPipelines(shuffled(base), shuffled(changed)))).toEqual(ids(diff));
      }),
      runs,
    );
  });
});
