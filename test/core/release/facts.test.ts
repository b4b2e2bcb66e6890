import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../../src/core/limits.ts';
import { type Digest, digestOf } from '../../../src/core/release/digest.ts';
import { checkerOf, factsHold, factsOf, heldFacts, type PipelineFacts } from '../../../src/core/release/facts.ts';
import { makeManifest, makeRelease, releaseLimits } from '../../../src/core/release/manifest.ts';
import { verifyRelease } from '../../../src/core/release/verify.ts';
import fc from '../../setup/property.ts';
import { DESCRIPTORS, planOf } from '../compile/checked.ts';

const ORDERS = `{ "name": "orders", "version": "2.0.0", "stages": [
  { "id": "get", "component": "http_request", "config": { "url": "{{ vars.base }}", "headers": { "a": "{{ secrets.KEY }}" } } },
  { "id": "save", "component": "subpipeline", "config": { "pipeline": "save", "version": "^1.0", "input": { "rows": [] } } }
], "on_failure": { "pipeline": "tell" },
  "triggers": [{ "type": "schedule", "id": "daily", "cron": "0 6 * * *" }] }`;
const SAVE = `{ "name": "save", "version": "1.1.0", "input": { "type": "object", "properties": { "rows": { "type": "array" } } },
  "stages": [{ "id": "log", "component": "logger", "config": { "message": "{{ vars.base }}" } }] }`;
const TELL = '{ "name": "tell", "stages": [{ "id": "log", "component": "logger", "config": { "message": "x" } }] }';
const TEXTS: Readonly<Record<string, string>> = { orders: ORDERS, save: SAVE, tell: TELL };

/** The manifest of these texts as somebody sends it, whatever they are. */
function sent(texts: Readonly<Record<string, string>>, like = whole.manifest) {
  const pipelines = Object.entries(texts).map(([name, text]) => [name, digestOf(JSON.parse(text))] as const);
  return { ...like, pipelines: Object.fromEntries(pipelines) };
}

const parts = Object.values(TEXTS).map((text) => ({ plan: planOf(text), text }));
const whole = makeRelease({ project: 'shop', version: '1.0.0', settings: {}, parts });
const facts = parts.map(({ plan }) =>
  factsOf(plan, whole.manifest.pipelines[plan.name] ?? '', whole.manifest.pipelines),
);
const [orders, save, tell] = facts as [PipelineFacts, PipelineFacts, PipelineFacts];
const known = (list: readonly PipelineFacts[] = facts) => new Map(list.map((one) => [one.digest, one]));

describe('the facts of a pipeline', () => {
  test('are plain JSON with all that is asked of a checked pipeline', () => {
    expect(orders).toEqual({
      name: 'orders',
      digest: whole.manifest.pipelines.orders,
      version: '2.0.0',
      requires: {
        vars: ['base'],
        secrets: ['KEY'],
        optionalSecrets: [],
        triggers: { vars: [], secrets: [] },
        pipelines: [{ name: 'save', range: '^1.0' }, { name: 'tell' }],
        components: { 'http-request': '1.0.0', subpipeline: '1.0.0' },
      },
      called: { save: save.digest, tell: tell.digest },
      triggers: [{ type: 'schedule', id: 'daily', cron: '0 6 * * *' }],
    });
    expect(save.input).toEqual({ type: 'object', properties: { rows: { type: 'array' } } });
    for (const one of facts) expect(JSON.parse(JSON.stringify(one))).toStrictEqual(one);
  });

  test('make the manifest that the pipelines make', () => {
    const { project, version, settings } = whole.manifest;
    const made = makeManifest({
      project,
      version,
      settings,
      pipelines: JSON.parse(JSON.stringify(facts.toReversed())),
    });
    expect(made).toEqual({ manifest: whole.manifest, digest: whole.digest });
    expect(() => makeManifest({ project, version, settings, pipelines: [save, save] })).toThrow('Two pipelines');
  });

  test('hold while the pipelines that it names are the same', () => {
    const { pipelines } = whole.manifest;
    const other = 'f'.repeat(64);
    const { tell: _, ...without } = pipelines;
    expect(factsHold(orders, pipelines)).toBe(true);
    expect(factsHold(orders, { ...pipelines, extra: other })).toBe(true);
    expect(factsHold(orders, { ...pipelines, save: other })).toBe(false);
    expect(factsHold(orders, { ...pipelines, orders: other })).toBe(false);
    expect(factsHold(orders, without)).toBe(false);
    expect(factsHold({ ...orders, called: { save: save.digest } }, pipelines)).toBe(false);
    expect([...heldFacts(known(), { ...pipelines, save: other }).keys()]).toEqual(['tell']);
    // A digest under the name of another pipeline.
    expect([...heldFacts(known(), { other: tell.digest }).keys()]).toEqual([]);
  });

  test('are not taken for those of names that every object has', () => {
    const called = { ...orders, requires: { ...orders.requires, pipelines: [{ name: 'constructor' }] }, called: {} };
    expect(factsHold(called, { orders: orders.digest })).toBe(false);
  });
});

describe('the checker', () => {
  const checker = { version: '1.0.0', descriptors: DESCRIPTORS, limits: DEFAULT_LIMITS };
  const logger = DESCRIPTORS.get('logger');
  if (!logger) throw new Error('no logger');
  const changed = (more: object) => new Map([...DESCRIPTORS, ['logger', { ...logger, ...more }]]);

  test('is another one with everything that a check depends on', () => {
    const all = [
      checker,
      { ...checker, version: '1.0.1' },
      { ...checker, limits: { ...DEFAULT_LIMITS, stages: 10 } },
      { ...checker, descriptors: new Map([...DESCRIPTORS].slice(1)) },
      { ...checker, descriptors: changed({ config: { type: 'object' } }) },
      { ...checker, descriptors: changed({ version: '1.0.1' }) },
      { ...checker, descriptors: changed({ fields: { message: { kind: 'constant' } } }) },
    ].map(checkerOf);
    expect(new Set(all).size).toBe(all.length);
    for (const one of all) expect(one).toMatch(/^[0-9a-f]{64}$/);
  });

  test('is the same with descriptors in another order and other words about them', () => {
    const turned = new Map([...DESCRIPTORS].reverse());
    expect(checkerOf({ ...checker, descriptors: turned })).toBe(checkerOf(checker));
    expect(checkerOf({ ...checker, descriptors: changed({ summary: 'Writes.' }) })).toBe(checkerOf(checker));
  });

  test('of a release has its lower limits', () => {
    const settings = { limits: { stages: 5, nesting: 10_000 } };
    expect(releaseLimits(DEFAULT_LIMITS, { settings })).toEqual({ ...DEFAULT_LIMITS, stages: 5 });
  });
});

describe('a release of which something is known', () => {
  const texts = (...names: string[]) => new Map(Object.entries(TEXTS).filter(([name]) => names.includes(name)));
  const verify = (candidate: unknown, given: ReadonlyMap<string, string>, list: readonly PipelineFacts[] = facts) =>
    verifyRelease(candidate, given, { descriptors: DESCRIPTORS, known: known(list) });

  test('needs no text of it', async () => {
    const { misfits, plans, facts: found } = await verify(whole.manifest, new Map());
    expect({ misfits, plans: plans.size }).toEqual({ misfits: [], plans: 0 });
    expect(found).toEqual(new Map(facts.map((one) => [one.name, one])));
  });

  test('answers facts of what was compiled that are those of what was known', async () => {
    const { misfits, plans, facts: found } = await verify(whole.manifest, texts('orders'), [save, tell]);
    expect({ misfits, plans: [...plans.keys()] }).toEqual({ misfits: [], plans: ['orders'] });
    expect(found.get('orders')).toEqual(orders);
  });

  test('checks the callers of a pipeline that changed, and only those', async () => {
    const next = SAVE.replace('"array"', '"array", "minItems": 1');
    const manifest = sent({ ...TEXTS, save: next });
    const asked = await verify(manifest, new Map([['save', next]]));
    expect(asked.misfits).toMatchObject([{ pipeline: 'orders', code: 'RELEASE_MISMATCH' }]);
    const { misfits, plans, facts: found } = await verify(manifest, new Map([...texts('orders'), ['save', next]]));
    expect(misfits).toMatchObject([
      {
        code: 'RELEASE_INVALID',
        pipeline: 'orders',
        problems: [{ code: 'CALL_INPUT', file: 'orders.pipeline.json', line: 3 }],
      },
    ]);
    expect([...plans.keys()]).toEqual(['save']);
    expect([...found.keys()].sort()).toEqual(['save', 'tell']);
  });

  test('checks a caller against a pipeline that is only known', async () => {
    const wrong = ORDERS.replace('"rows": []', '"rows": 7').replace('^1.0', '^9');
    const { misfits } = await verify(sent({ ...TEXTS, orders: wrong }), new Map([['orders', wrong]]));
    expect(misfits).toMatchObject([
      { pipeline: 'orders', problems: [{ code: 'UNKNOWN_PIPELINE' }, { code: 'CALL_INPUT' }] },
    ]);
  });

  test('is not whole when a pipeline that a known one calls is gone', async () => {
    const { save: _, ...rest } = TEXTS;
    const { misfits } = await verify(sent(rest), texts('orders'));
    expect(misfits).toMatchObject([
      { code: 'RELEASE_INVALID', pipeline: 'orders', message: '`orders` is not valid: There is no pipeline `save`' },
    ]);
  });

  test('has the texts that it is said to have, also of what is known', async () => {
    const { misfits, facts: found } = await verify(whole.manifest, new Map([['tell', SAVE]]));
    expect(misfits).toMatchObject([{ code: 'RELEASE_MISMATCH', pipeline: 'tell' }]);
    expect(found.has('tell')).toBe(false);
    expect((await verify(whole.manifest, new Map([['tell', '{']]))).misfits).toMatchObject([
      { code: 'RELEASE_INVALID' },
    ]);
  });

  test('has circles and depths that only show when known ones come together', async () => {
    const calling = (name: string, to: string, version: string) =>
      `{ "name": "${name}", "version": "${version}", "stages": [{ "id": "c", "component": "subpipeline", "config": { "pipeline": "${to}" } }] }`;
    const pipelines: Readonly<Record<string, Digest>> = { a: 'a'.repeat(64), b: 'b'.repeat(64), c: 'c'.repeat(64) };
    const chain = [['a', 'b'] as const, ['b', 'c'] as const, ['c', 'a'] as const].map(([name, to]) =>
      factsOf(planOf(calling(name, to, '1.0.0')), pipelines[name] ?? '', pipelines),
    );
    const requires = { vars: [], secrets: [], optional_secrets: [], triggers: { vars: [], secrets: [] } };
    const manifest = { ...whole.manifest, pipelines, requires, components: { subpipeline: '1.0.0' } };
    expect((await verify(manifest, new Map(), chain)).misfits).toMatchObject([
      {
        path: ['pipelines'],
        problems: [{ code: 'PIPELINE_CYCLE', message: expect.stringContaining('a → b → c → a') }],
      },
    ]);
    const ended = { ...chain[2], requires: tell.requires, called: {} } as PipelineFacts;
    const shallow = {
      ...manifest,
      settings: { limits: { subpipeline_depth: 1 } },
      components: { subpipeline: '1.0.0', logger: '1.0.0' },
    };
    expect((await verify(shallow, new Map(), [chain[0], chain[1], ended] as PipelineFacts[])).misfits).toMatchObject([
      { problems: [{ code: 'CALLS_TOO_DEEP' }] },
    ]);
  });

  test('needs what the known ones need', async () => {
    const said = { ...whole.manifest, requires: { ...whole.manifest.requires, vars: [] }, components: {} };
    expect((await verify(said, new Map())).misfits.map(({ path }) => path)).toEqual([
      ['requires', 'vars'],
      ['components'],
    ]);
  });

  test('believes whoever keeps the facts, and nobody else', async () => {
    // Who keeps facts may say that a pipeline needs nothing; the sender cannot, because the manifest has no facts.
    const lie = { ...tell, requires: { ...tell.requires, secrets: ['ROOT'] } };
    expect((await verify(whole.manifest, new Map(), [orders, save, lie])).misfits).toMatchObject([
      { path: ['requires', 'secrets'] },
    ]);
    expect((await verify({ ...whole.manifest, facts }, new Map(), [])).misfits).toMatchObject([{ path: ['facts'] }]);
    // Facts of one digest do not speak for another one, nor for another name.
    const foreign = new Map([[tell.digest, save]]);
    const { misfits } = await verifyRelease(whole.manifest, new Map(), { descriptors: DESCRIPTORS, known: foreign });
    expect(misfits.map(({ pipeline }) => pipeline)).toEqual(['orders', 'save', 'tell']);
  });

  test('names components that are not known here', async () => {
    const descriptors = new Map([...DESCRIPTORS].filter(([name]) => name !== 'http-request'));
    expect(await verifyRelease(whole.manifest, new Map(), { descriptors, known: known() })).toMatchObject({
      unknown: ['http-request'],
    });
  });

  test('is judged as when nothing is known, whichever pipelines are', async () => {
    const versions = (name: string, text: string) =>
      fc.constantFrom(text, text.replace(`"${name}",`, `"${name}", "tags": ["t"],`));
    const some = fc.record({
      orders: fc.oneof(versions('orders', ORDERS), fc.constant(ORDERS.replace('"tell"', '"orders"'))),
      save: fc.oneof(versions('save', SAVE), fc.constant(SAVE.replace('1.1.0', '3.0.0'))),
      tell: versions('tell', TELL),
    });
    const judge = async (candidate: Readonly<Record<string, string>>, list: ReadonlyMap<Digest, PipelineFacts>) => {
      const options = { descriptors: DESCRIPTORS, known: list };
      const { misfits, facts: found } = await verifyRelease(
        sent(candidate),
        new Map(Object.entries(candidate)),
        options,
      );
      return { misfits, facts: [...found].sort() };
    };
    await fc.assert(
      fc.asyncProperty(some, some, async (before, after) => {
        const first = await judge(before, new Map());
        const kept = new Map(first.facts.map(([, one]) => [one.digest, one]));
        expect(await judge(after, kept)).toEqual(await judge(after, new Map()));
      }),
      { numRuns: 60 },
    );
  });
});
