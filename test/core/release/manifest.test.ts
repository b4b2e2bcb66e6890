import { toJsonSchema } from '@valibot/to-json-schema';
import { describe, expect, test } from 'vitest';
import { FlowMasonError } from '../../../src/core/errors.ts';
import { digestOf } from '../../../src/core/release/digest.ts';
import {
  makeRelease,
  manifestDigest,
  type ReleaseInput,
  type ReleaseManifest,
} from '../../../src/core/release/manifest.ts';
import { MANIFEST_SCHEMA, parseManifest } from '../../../src/core/release/manifest-schema.ts';
import { verifyRelease } from '../../../src/core/release/verify.ts';
import fc from '../../setup/property.ts';
import { DESCRIPTORS, planOf } from '../compile/checked.ts';

const ETL = `{
  "name": "etl", "version": "1.2.0",
  "stages": [
    { "id": "fetch", "component": "http_request", "config": {
      "url": "{{ vars.base_url }}/orders", "headers": { "authorization": "Bearer {{ secrets.API_KEY }}", "x": "{{ secrets.?EXTRA.orValue('') }}" } } },
    { "id": "call", "component": "subpipeline", "config": { "pipeline": "load", "input": { "rows": "{{ stages.fetch.output.body }}" } } }
  ],
  "triggers": [{ "type": "webhook", "id": "w", "path": "orders", "input": "{{ vars.topic }}",
    "signature": { "scheme": "github", "secret": "{{ secrets.HOOK }}" } }]
}
`;
const LOAD =
  '\u{feff}{ "name": "load", "stages": [{ "id": "log", "component": "logger", "config": { "message": "{{ vars.base_url }}" } }] }';

const TEXTS = new Map([
  ['etl', ETL],
  ['load', LOAD],
]);

const part = (text: string) => ({ plan: planOf(text), text });
const input = (more: Partial<ReleaseInput> = {}): ReleaseInput => ({
  project: 'shop',
  version: '1.0.0',
  settings: { ai: { model: 'openai/gpt-5-mini' }, limits: { stages: 100 } },
  parts: [part(LOAD), part(ETL)],
  ...more,
});

const { manifest, digest, pipelines } = makeRelease(input());

describe('a release', () => {
  test('says what runs and what it needs, by name', () => {
    expect(manifest).toEqual({
      format: 1,
      project: 'shop',
      version: '1.0.0',
      pipelines: { etl: expect.stringMatching(/^[0-9a-f]{64}$/), load: expect.stringMatching(/^[0-9a-f]{64}$/) },
      settings: { ai: { model: 'openai/gpt-5-mini' }, limits: { stages: 100 } },
      requires: {
        vars: ['base_url'],
        secrets: ['API_KEY'],
        optional_secrets: ['EXTRA'],
        triggers: { vars: ['topic'], secrets: ['HOOK'] },
      },
      components: { 'http-request': '1.0.0', logger: '1.0.0', subpipeline: '1.0.0' },
    });
    expect(pipelines.map(({ name, text }) => [name, text])).toEqual([...TEXTS]);
  });

  test('is the same on every machine and for ever', () => {
    // Computed by another program: a digest that came out differently would orphan every release that exists.
    const load = '124ce43336f355b5e850cd1d61c5df951edbda5b7d8cfa1a8f0bdf0818607f72';
    expect(manifest.pipelines.load).toBe(load);
    const fixed: ReleaseManifest = {
      format: 1,
      project: 'shop',
      version: '1.0.0',
      pipelines: { load },
      settings: { ai: { model: 'openai/gpt-5-mini' } },
      requires: { vars: ['base_url'], secrets: [], optional_secrets: [], triggers: { vars: [], secrets: [] } },
      components: { logger: '1.0.0' },
    };
    expect(manifestDigest(fixed)).toBe('7a23fb6b96295f20956b8e02845299c2ab7debe3502b50df5ba21c88cdd3ad7d');
    expect(manifestDigest(JSON.parse(JSON.stringify(manifest)))).toBe(digest);
  });

  test('does not depend on the order of its parts, nor on how files are written', () => {
    const tight = JSON.stringify(JSON.parse(ETL));
    const turned = makeRelease(input({ parts: [part(tight), part(LOAD.slice(1))] }));
    expect(turned.digest).toBe(digest);
    expect(turned.pipelines.map(({ text }) => text)).toEqual([tight, LOAD.slice(1)]);
  });

  test.each<[string, Partial<ReleaseInput>]>([
    ['its project', { project: 'other' }],
    ['its version', { version: '1.0.1' }],
    ['a setting', { settings: { ai: { model: 'mock/echo' }, limits: { stages: 100 } } }],
    ['a pipeline that is gone', { parts: [part(LOAD)] }],
    ['a text that people see', { parts: [part(LOAD), part(ETL.replace('"etl",', '"etl", "description": "d",'))] }],
    ['a version of a pipeline', { parts: [part(LOAD), part(ETL.replace('1.2.0', '1.2.1'))] }],
  ])('is another one with %s', (_what, more) => {
    expect(makeRelease(input(more)).digest).not.toBe(digest);
  });

  test('has no settings where nothing is set', () => {
    const bare = makeRelease(input({ settings: {} }));
    expect(bare.manifest.settings).toEqual({});
    expect(makeRelease(input({ settings: { ai: {}, limits: {} } })).digest).toBe(bare.digest);
  });

  test('names a secret once: what one pipeline needs is not optional', () => {
    const optional =
      '{ "name": "a", "stages": [{ "id": "h", "component": "http-request", "config": { "url": "{{ secrets.?API_KEY.orValue(\'x\') }}" } }] }';
    const { requires } = makeRelease(input({ parts: [part(ETL), part(optional)] })).manifest;
    expect(requires).toMatchObject({ secrets: ['API_KEY'], optional_secrets: ['EXTRA'] });
  });

  test('may have pipelines that are called like members of every object', () => {
    const named = (name: string) => part(LOAD.replace('"load"', `"${name}"`));
    const odd = makeRelease(input({ parts: ['constructor', 'prototype', 'valueof'].map(named) }));
    expect(Object.keys(odd.manifest.pipelines)).toEqual(['constructor', 'prototype', 'valueof']);
    const parsed = parseManifest(JSON.parse(JSON.stringify(odd.manifest)));
    expect(parsed).toEqual({ manifest: odd.manifest });
  });

  test('has every name once', () => {
    expect(() => makeRelease(input({ parts: [part(LOAD), part(LOAD)] }))).toThrow(FlowMasonError);
    expect(() => makeRelease(input({ parts: [part(LOAD), part(LOAD)] }))).toThrow('Two pipelines are called `load`');
  });
});

describe('a manifest from the wire', () => {
  const issues = (value: unknown) =>
    parseManifest(value).issues?.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const changed = (more: object) => ({ ...manifest, ...more });

  test('is read when it is one', () => {
    expect(parseManifest(JSON.parse(JSON.stringify(manifest)))).toEqual({ manifest });
  });

  test.each<[string, unknown, string]>([
    ['null', null, ': '],
    ['another format', changed({ format: 2 }), 'format: '],
    ['an unknown field', changed({ author: 'me' }), 'author: '],
    ['an unknown field within', changed({ settings: { ai: { model: 'x', key: 'y' } } }), 'settings.ai.key: '],
    ['a digest that is none', changed({ pipelines: { etl: 'abc' } }), 'pipelines.etl: Expected 64'],
    ['a digest in capitals', changed({ pipelines: { etl: digest.toUpperCase() } }), 'pipelines.etl: Expected 64'],
    [
      'a name that no pipeline has',
      changed({ pipelines: { '../etc': digest } }),
      'pipelines.../etc: Expected lower-case',
    ],
    [
      'a name that no pipeline has, known to every object',
      changed(JSON.parse(`{ "pipelines": { "__proto__": "${digest}" } }`)),
      'pipelines.__proto__: Expected lower-case',
    ],
    ['a project without a name', changed({ project: '' }), 'project: Expected lower-case'],
    ['a version that is none', changed({ version: '1' }), 'version: Expected a semantic version'],
    ['a limit that is none', changed({ settings: { limits: { stages: 0 } } }), 'settings.limits.stages: '],
    ['a limit that is raised', changed({ settings: { limits: { stages: 2001 } } }), 'settings.limits.stages: '],
    ['an unknown limit', changed({ settings: { limits: { stage: 1 } } }), 'settings.limits.stage: '],
    [
      'names out of order',
      changed({ requires: { ...manifest.requires, vars: ['b', 'a'] } }),
      'requires.vars: Expected sorted names',
    ],
    [
      'a name twice',
      changed({ requires: { ...manifest.requires, vars: ['a', 'a'] } }),
      'requires.vars: Expected sorted names',
    ],
    [
      'a name without end',
      changed({ requires: { ...manifest.requires, secrets: ['x'.repeat(257)] } }),
      'requires.secrets.0: ',
    ],
    [
      'too many pipelines',
      changed({ pipelines: Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`p${i}`, digest])) }),
      'pipelines: ',
    ],
  ])('is refused with %s', (_what, value, issue) => {
    expect(issues(value)?.some((text) => text.startsWith(issue))).toBe(true);
  });

  test('is described for an API', () => {
    expect(toJsonSchema(MANIFEST_SCHEMA, { errorMode: 'ignore' })).toMatchObject({
      type: 'object',
      additionalProperties: false,
      required: ['format', 'project', 'version', 'pipelines', 'settings', 'requires', 'components'],
    });
  });

  test('never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        parseManifest(value);
        parseManifest({ ...manifest, pipelines: value });
      }),
    );
  });
});

describe('a server that does not trust who sends a release', () => {
  const verify = (candidate: unknown, texts: ReadonlyMap<string, string> = TEXTS, more: { digest?: string } = {}) =>
    verifyRelease(candidate, texts, { descriptors: DESCRIPTORS, ...more });
  const found = async (...args: Parameters<typeof verify>) =>
    (await verify(...args)).misfits.map(({ code, path, message }) => `${code} ${path.join('.')} ${message}`);
  const with_ = (name: string, text: string | undefined) => {
    const texts = new Map(TEXTS);
    if (text === undefined) texts.delete(name);
    else texts.set(name, text);
    return texts;
  };

  test('finds nothing where there is nothing, and has the plans', async () => {
    const { plans, misfits, unknown } = await verify(JSON.parse(JSON.stringify(manifest)), TEXTS, { digest });
    expect({ misfits, unknown }).toEqual({ misfits: [], unknown: [] });
    expect([...plans.keys()]).toEqual(['etl', 'load']);
  });

  test('finds that it is no manifest', async () => {
    expect(await verify({ ...manifest, format: 7 })).toMatchObject({
      plans: new Map(),
      misfits: [{ code: 'RELEASE_INVALID', path: ['format'] }],
    });
  });

  test('finds texts that are missing, too many, others, or not JSON', async () => {
    expect(await found(manifest, with_('load', undefined))).toEqual([
      'RELEASE_MISMATCH pipelines.load `load` is in the manifest, and its text is missing',
      'RELEASE_INVALID pipelines.etl `etl` is not valid: There is no pipeline `load`',
    ]);
    expect(await found(manifest, with_('extra', LOAD))).toEqual([
      'RELEASE_MISMATCH pipelines.extra `extra` is not in the manifest',
    ]);
    expect(await found(manifest, with_('load', LOAD.replace('base_url', 'other')))).toEqual([
      expect.stringMatching(
        /^RELEASE_MISMATCH pipelines\.load The digest of `load` is [0-9a-f]{64}, and the manifest says /,
      ),
      'RELEASE_INVALID pipelines.etl `etl` is not valid: There is no pipeline `load`',
    ]);
    expect(await verify(manifest, with_('load', '{ "name": "load", "name": "x" }'))).toMatchObject({
      misfits: [{ code: 'RELEASE_INVALID', pipeline: 'load', problems: [{ code: 'REPEATED_KEY', line: 1 }] }, {}],
    });
  });

  test('finds a pipeline under the name of another one, and one that is not valid', async () => {
    const renamed = {
      ...manifest,
      pipelines: { etl: manifest.pipelines.etl ?? '', other: manifest.pipelines.load ?? '' },
    };
    expect(
      await verify(
        renamed,
        new Map([
          ['etl', ETL],
          ['other', LOAD],
        ]),
      ),
    ).toMatchObject({
      misfits: [
        { code: 'RELEASE_INVALID', pipeline: 'etl' },
        { code: 'RELEASE_INVALID', pipeline: 'other', problems: [{ code: 'NAME_MISMATCH' }] },
      ],
    });
  });

  test('finds needs and components that are not those of the pipelines', async () => {
    expect(
      await found({
        ...manifest,
        requires: { ...manifest.requires, secrets: [] },
        components: { ...manifest.components, loop: '1.0.0' },
      }),
    ).toEqual([
      'RELEASE_MISMATCH requires.secrets The pipelines need `API_KEY`, and the manifest says none',
      'RELEASE_MISMATCH components The pipelines use `http-request`, `logger`, `subpipeline`, and the manifest says `http-request`, `logger`, `loop`, `subpipeline`',
    ]);
    const { logger: _, ...fewer } = manifest.components;
    expect(await found({ ...manifest, components: fewer })).toHaveLength(1);
    expect(
      await found({
        ...manifest,
        requires: { ...manifest.requires, triggers: { vars: ['topic'], secrets: ['HOOK', 'X'] } },
      }),
    ).toEqual([
      'RELEASE_MISMATCH requires.triggers.secrets The pipelines need `HOOK`, and the manifest says `HOOK`, `X`',
    ]);
  });

  test('finds pipelines that call each other in a circle, or without end', async () => {
    const calling = (name: string, to: string) =>
      `{ "name": "${name}", "stages": [{ "id": "c", "component": "subpipeline", "config": { "pipeline": "${to}" } }] }`;
    const release = (texts: ReadonlyMap<string, string>, limits = {}) => ({
      ...manifest,
      pipelines: Object.fromEntries([...texts].map(([name, text]) => [name, digestOf(JSON.parse(text))])),
      settings: { limits },
      requires: { vars: [], secrets: [], optional_secrets: [], triggers: { vars: [], secrets: [] } },
      components: { subpipeline: '1.0.0', ...(texts.has('z') ? { logger: '1.0.0' } : undefined) },
    });
    const pair = new Map([
      ['a', calling('a', 'b')],
      ['b', calling('b', 'a')],
    ]);
    expect(await found(release(pair), pair)).toEqual([
      'RELEASE_INVALID pipelines These pipelines call each other in a circle: a → b → a',
    ]);
    const last = '{ "name": "z", "stages": [{ "id": "l", "component": "logger", "config": { "message": "x" } }] }';
    const chain = (length: number) =>
      new Map([
        ...Array.from({ length }, (_, i) => [`p${i}`, calling(`p${i}`, i === length - 1 ? 'z' : `p${i + 1}`)] as const),
        ['z', last] as const,
      ]);
    expect(await found(release(chain(3)), chain(3))).toEqual([]);
    expect(await found(release(chain(3), { subpipeline_depth: 2 }), chain(3))).toEqual([
      'RELEASE_INVALID pipelines Pipelines call each other 3 deep, at most 2 are allowed: p0 → p1 → p2 → z',
    ]);
    expect(await found(release(chain(2000)), chain(2000))).toEqual([
      expect.stringMatching(/ 2000 deep, at most 16 are allowed: p0 → .* → \(1981 more\) → .* → p1999 → z$/),
    ]);
  });

  test('holds pipelines to the limits of the release', async () => {
    expect(await found({ ...manifest, settings: { limits: { stages: 1 } } })).toEqual([
      expect.stringMatching(/^RELEASE_INVALID pipelines\.etl `etl` is not valid: Expected at most 1 stages, found 2/),
    ]);
  });

  test('finds another digest of the whole', async () => {
    expect(await found({ ...manifest, version: '1.0.1' }, TEXTS, { digest })).toEqual([
      expect.stringMatching(/^RELEASE_MISMATCH {2}The digest of the release is [0-9a-f]{64}, and not `/),
    ]);
  });

  test('takes versions of components as they are, and says which components it does not know', async () => {
    expect(await found({ ...manifest, components: { ...manifest.components, logger: '9.0.0' } })).toEqual([]);
    const descriptors = new Map([...DESCRIPTORS].filter(([name]) => name !== 'http-request'));
    const { plans, misfits, unknown } = await verifyRelease(manifest, TEXTS, { descriptors });
    expect({ misfits, unknown, plans: [...plans.keys()] }).toEqual({
      misfits: [],
      unknown: ['http-request'],
      plans: ['load'],
    });
  });
});
