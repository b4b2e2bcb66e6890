import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localDigests } from '../../src/cli/project/local-digests.ts';
import { localRelease } from '../../src/cli/project/local-release.ts';
import type { ComponentDescriptor } from '../../src/core/descriptor.ts';
import { digestOf } from '../../src/core/release/digest.ts';
import { parseManifest } from '../../src/core/release/manifest-schema.ts';
import { verifyRelease } from '../../src/core/release/verify.ts';
import { DESCRIPTORS } from '../core/compile/checked.ts';
import { definition } from '../core/release/definitions.ts';
import { temporaryFolder } from '../hosts/fixtures/folder.ts';
import fc from '../setup/property.ts';
import { errorOf, listed, type TestProject, testProject } from './fixtures/project.ts';

const LOAD = {
  name: 'load',
  version: '1.0.0',
  input: { type: 'object' },
  stages: [{ id: 'l', component: 'logger', config: { message: '{{ vars.a }}' } }],
};
const ETL = {
  name: 'etl',
  stages: [{ id: 'c', component: 'subpipeline', config: { pipeline: 'load', input: { rows: [] } } }],
  triggers: [{ type: 'webhook', id: 'w', path: 'p', signature: { scheme: 'github', secret: '{{ secrets.HOOK }}' } }],
};
const CACHE = '.flowmason/cache/pipelines.json';

function shop(settings: object = {}): TestProject {
  const project = testProject({ name: 'shop', version: '1.2.0', ...settings });
  project.write('pipelines/load.pipeline.json', LOAD);
  project.write('pipelines/deep/etl.pipeline.json', ETL);
  return project;
}

const release = (project: TestProject, descriptors: ReadonlyMap<string, ComponentDescriptor> = DESCRIPTORS) =>
  localRelease(project.open(), descriptors);
const reads = (project: TestProject) => readFileSync(project.file(CACHE), 'utf8');

/** Descriptors that cannot be looked at: whoever compiles with them fails the test. */
const cannotCompile = (): ReadonlyMap<string, ComponentDescriptor> => {
  const map = new Map(DESCRIPTORS);
  map.get = () => {
    throw new Error('something was compiled');
  };
  return map;
};

describe('the release of a project folder', () => {
  it('has every pipeline with its text, byte for byte, and what it needs', async () => {
    const project = shop({ ai: { model: 'mock/echo' }, limits: { stages: 50, nesting: 64 } });
    const text = `\u{feff}${JSON.stringify(LOAD, null, '\t').replaceAll('\n', '\r\n')}`;
    project.write('pipelines/load.pipeline.json', text);
    const { release: made, pipelines, warnings } = await release(project);
    expect(made.manifest).toEqual({
      format: 1,
      project: 'shop',
      version: '1.2.0',
      pipelines: { etl: digestOf(ETL), load: digestOf(LOAD) },
      settings: { ai: { model: 'mock/echo' }, limits: { stages: 50 } },
      requires: { vars: ['a'], secrets: [], optional_secrets: [], triggers: { vars: [], secrets: ['HOOK'] } },
      components: { logger: '1.0.0', subpipeline: '1.0.0' },
    });
    expect(parseManifest(made.manifest).issues).toBeUndefined();
    expect([...pipelines.values()].map(({ name, path, text }) => [name, path, text()])).toEqual([
      ['etl', 'pipelines/deep/etl.pipeline.json', JSON.stringify(ETL, null, 2)],
      ['load', 'pipelines/load.pipeline.json', text],
    ]);
    expect(warnings).toEqual([]);
  });

  it('is one that a server accepts', async () => {
    const { release: made, pipelines } = await release(shop());
    const texts = new Map([...pipelines].map(([name, { text }]) => [name, text()]));
    const { misfits, facts } = await verifyRelease(made.manifest, texts, {
      descriptors: DESCRIPTORS,
      digest: made.digest,
    });
    expect(misfits).toEqual([]);
    expect([...facts.values()].map(({ digest }) => digest)).toEqual(
      [...pipelines.values()].map(({ digest }) => digest),
    );
  });

  it('has the settings of flowmason.json, whoever makes it', async () => {
    const project = shop({ ai: { model: 'mock/echo' } });
    const { release: made } = await release(project);
    const workspace = project.open({ FM_AI_MODEL: 'mock/other', FM_LIMITS_STAGES: '1' }, { 'ai.model': 'mock/flag' });
    expect((await localRelease(workspace, DESCRIPTORS)).release).toEqual(made);
  });

  it('cannot have a model that depends on the machine', async () => {
    const error = await errorOf(() => release(shop({ ai: { model: '${MODEL:-mock/echo}' } })));
    expect(error).toMatchObject({ code: 'INVALID_SETTING', message: expect.stringContaining('flowmason.json:') });
  });

  it('is not made with errors: all of all files are told', async () => {
    const project = shop();
    project.write('pipelines/load.pipeline.json', '{\n  "name": "load"\n  "x": 1 }');
    project.write('pipelines/x.pipeline.json', '{ "name": "y", "stages": [\n  { "id": "a", "component": "loger" }] }');
    project.write('pipelines/other/etl.pipeline.json', ETL);
    const error = await errorOf(() => release(project));
    expect(error.message).toMatch(/^3 files have \d problems$/);
    expect(listed(error).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'PIPELINE_NAME_TAKEN pipelines/other/etl.pipeline.json:undefined:undefined',
      'INVALID_JSON pipelines/load.pipeline.json:3:3',
      'NAME_MISMATCH pipelines/x.pipeline.json:1:11',
      'REQUIRED_FIELD pipelines/x.pipeline.json:2:3',
      'UNKNOWN_COMPONENT pipelines/x.pipeline.json:2:29',
    ]);
  });

  it('tells circles with their place, also of files that were checked before', async () => {
    const project = shop();
    project.write('pipelines/load.pipeline.json', {
      ...LOAD,
      stages: [{ id: 'c', component: 'subpipeline', config: { pipeline: 'etl' } }],
    });
    const twice = [await errorOf(() => release(project)), await errorOf(() => release(project))];
    for (const error of twice) {
      expect(listed(error)).toEqual([
        expect.stringMatching(/^PIPELINE_CYCLE pipelines\/load\.pipeline\.json:\d+:\d+ .*etl → load → etl$/),
      ]);
    }
  });

  it('tells warnings each time', async () => {
    const project = shop();
    project.write('pipelines/etl2.pipeline.json', {
      ...LOAD,
      name: 'etl2',
      triggers: [{ type: 'webhook', id: 'w', path: 'p', signature: { scheme: 'github', secret: 'x' } }],
    });
    const first = (await release(project)).warnings;
    expect(first).toMatchObject([
      { code: 'WRITTEN_SECRET', file: 'pipelines/etl2.pipeline.json', line: expect.any(Number) },
    ]);
    expect((await release(project)).warnings).toEqual(JSON.parse(JSON.stringify(first)));
  });

  it('exists in projects only', async () => {
    const workspace = { ...shop().open(), project: undefined };
    expect(await errorOf(() => localRelease(workspace, DESCRIPTORS))).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('what was checked before', () => {
  it('is not checked again', async () => {
    const project = shop();
    const first = await release(project);
    const again = await release(project, cannotCompile());
    expect(again.release).toEqual(first.release);
    expect([...again.pipelines.values()].map(({ facts }) => facts)).toEqual(
      [...first.pipelines.values()].map(({ facts }) => facts),
    );
    expect(statSync(project.file(CACHE)).mode & 0o777).toBe(0o600);
  });

  it('is found by content: neither the size nor the time of a file counts', async () => {
    const project = shop();
    const file = project.file('pipelines/load.pipeline.json');
    const before = await release(project);
    const { atime, mtime } = statSync(file);
    writeFileSync(file, readFileSync(file, 'utf8').replace('vars.a', 'vars.b'));
    utimesSync(file, atime, mtime);
    const after = await release(project);
    expect(after.release.manifest.requires.vars).toEqual(['b']);
    expect(localDigests(project.open()).digests).toEqual(after.release.manifest.pipelines);
    utimesSync(file, 0, 0);
    renameSync(project.file('pipelines/deep/etl.pipeline.json'), project.file('pipelines/etl.pipeline.json'));
    expect((await release(project, cannotCompile())).release).toEqual(after.release);
    expect(after.release.digest).not.toBe(before.release.digest);
  });

  it('is checked again when a pipeline that it calls changed', async () => {
    const project = shop();
    await release(project);
    const file = project.write('pipelines/load.pipeline.json', {
      ...LOAD,
      input: { type: 'object', required: ['id'] },
    });
    for (const _ of [1, 2]) {
      expect(listed(await errorOf(() => release(project)))).toEqual([
        expect.stringMatching(/^CALL_INPUT pipelines\/deep\/etl\.pipeline\.json:\d+:\d+ /),
      ]);
    }
    writeFileSync(file, JSON.stringify(LOAD));
    await release(project);
    rmSync(file);
    expect(listed(await errorOf(() => release(project)))).toEqual([expect.stringMatching(/^UNKNOWN_PIPELINE /)]);
  });

  it('is checked again by another checker', async () => {
    const project = shop();
    await release(project);
    await expect(release(project, new Map([...cannotCompile()].slice(0, -1)))).resolves.toBeDefined();
    project.write('flowmason.json', { name: 'shop', limits: { subpipeline_depth: 1 } });
    await expect(release(project, cannotCompile())).rejects.toThrow('something was compiled');
    await release(project, new Map([...DESCRIPTORS].filter(([name]) => name !== 'logger'))).catch((error) =>
      expect(listed(error)).toEqual([expect.stringMatching(/^UNKNOWN_COMPONENT /)]),
    );
  });

  it('is kept for what is there, and no longer', async () => {
    const project = shop();
    await release(project);
    expect(reads(project)).toContain('"load"');
    project.write('pipelines/deep/etl.pipeline.json', { ...ETL, stages: LOAD.stages });
    rmSync(project.file('pipelines/load.pipeline.json'));
    await release(project);
    expect(reads(project)).not.toContain('"name":"load"');
  });

  it.each<[string, (text: string) => string]>([
    ['is empty', () => ''],
    ['is cut off', (text) => text.slice(0, -20)],
    ['has another digest in it', (text) => text.replace(/"digest":"[0-9a-f]{64}"/, `"digest":"${'0'.repeat(64)}"`)],
    ['is of another format', (text) => text.replace('"format":1', '"format":2')],
    ['is no JSON', () => 'cache'],
    ['holds something else', (text) => text.replace(/\n.*/s, '\n{}')],
  ])('is forgotten when the cache %s', async (_what, damage) => {
    const project = shop();
    const first = await release(project);
    const good = reads(project);
    writeFileSync(project.file(CACHE), damage(good));
    expect(localDigests(project.open()).digests).toEqual(first.release.manifest.pipelines);
    writeFileSync(project.file(CACHE), damage(good));
    expect((await release(project)).release).toEqual(first.release);
    expect(reads(project)).toBe(good);
  });

  it('is not believed when somebody made it up in another form', async () => {
    const project = shop();
    const first = await release(project);
    const { hashBytes } = await import('../../src/cli/project/local-files.ts');
    for (const body of [
      '[null,1,{"name":"load"}]',
      reads(project)
        .slice(reads(project).indexOf('\n') + 1)
        .replaceAll('"requires"', '"needs"'),
    ]) {
      writeFileSync(project.file(CACHE), `${JSON.stringify({ format: 1, sha256: hashBytes(body) })}\n${body}`);
      expect((await release(project)).release).toEqual(first.release);
    }
  });

  it('is done without where nothing can be written', async () => {
    for (const block of [
      (project: TestProject) => project.write('.flowmason', 'a file'),
      (project: TestProject) => symlinkSync(temporaryFolder(), project.file('.flowmason')),
      (project: TestProject) => mkdirSync(project.file(CACHE), { recursive: true }),
      (project: TestProject) => chmodSync(project.root, 0o500),
    ]) {
      const project = shop();
      block(project);
      expect((await release(project)).release).toEqual((await release(project)).release);
      expect(localDigests(project.open()).digests).toEqual((await release(project)).release.manifest.pipelines);
      chmodSync(project.root, 0o700);
    }
  });

  it('gives the same as checking everything, whatever changed', async () => {
    const texts = fc.record({
      load: fc.constantFrom(
        ...[
          LOAD,
          { ...LOAD, version: '2.0.0' },
          { ...LOAD, input: { type: 'object', required: ['id'] } },
          { ...LOAD, stages: 1 },
        ].map((one) => JSON.stringify(one)),
        '{',
      ),
      etl: fc.constantFrom(
        ...[ETL, { ...ETL, version: '1.0.0' }, { ...ETL, on_failure: { pipeline: 'etl' } }].map((one) =>
          JSON.stringify(one),
        ),
      ),
    });
    const project = shop();
    const answer = async () => {
      try {
        return (await release(project)).release;
      } catch (error) {
        return listed(error as never);
      }
    };
    await fc.assert(
      fc.asyncProperty(fc.array(texts, { minLength: 1, maxLength: 3 }), async (states) => {
        for (const { load, etl } of states) {
          project.write('pipelines/load.pipeline.json', load);
          project.write('pipelines/deep/etl.pipeline.json', etl);
          localDigests(project.open());
          const kept = await answer();
          rmSync(project.file('.flowmason'), { recursive: true, force: true });
          expect(kept).toEqual(await answer());
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('links', () => {
  it('are refused when they are files or lead out, and never followed', async () => {
    const outside = temporaryFolder();
    const secret = join(outside, 'secret.pipeline.json');
    writeFileSync(secret, JSON.stringify({ ...LOAD, name: 'secret', description: 'TOP' }));
    const cases: [string, (project: TestProject) => void][] = [
      ['secret', (project) => symlinkSync(secret, project.file('pipelines/secret.pipeline.json'))],
      ['folder', (project) => symlinkSync(outside, project.file('pipelines/folder'))],
      ['nothing', (project) => symlinkSync(join(outside, 'nothing'), project.file('pipelines/nothing.pipeline.json'))],
      [
        'inside',
        (project) => {
          project.write('shared/inside.pipeline.json', { ...LOAD, name: 'inside' });
          symlinkSync(project.file('shared/inside.pipeline.json'), project.file('pipelines/inside.pipeline.json'));
        },
      ],
    ];
    for (const [name, make] of cases) {
      const project = shop();
      make(project);
      const error = await errorOf(() => release(project));
      expect(listed(error)).toEqual([expect.stringMatching(new RegExp(`^LINK_NOT_FOLLOWED pipelines/${name}`))]);
      const state = localDigests(project.open());
      expect(state.problems).toMatchObject([{ code: 'LINK_NOT_FOLLOWED' }]);
      expect(state.pipelines.get(name)?.text).toBeUndefined();
      expect(existsSync(project.file(CACHE)) ? reads(project) : '').not.toContain('TOP');
    }
  });

  it('may be folders within the project', async () => {
    const project = shop();
    project.write('shared/more.pipeline.json', { ...LOAD, name: 'more' });
    symlinkSync(project.file('shared'), project.file('pipelines/shared'));
    expect(Object.keys((await release(project)).release.manifest.pipelines)).toEqual(['etl', 'load', 'more']);
  });
});

describe('the digests of a project folder', () => {
  it('are those of the release, and of files that are not valid', async () => {
    const project = shop();
    project.write('pipelines/odd.pipeline.json', { name: 'other', stages: 1 });
    const { digests, unreadable, problems, pipelines } = localDigests(project.open());
    expect(digests).toEqual({ etl: digestOf(ETL), load: digestOf(LOAD), odd: digestOf({ name: 'other', stages: 1 }) });
    expect({ unreadable: [...unreadable], problems }).toEqual({ unreadable: [], problems: [] });
    expect(pipelines.get('etl')?.text?.()).toBe(JSON.stringify(ETL, null, 2));
  });

  it('stand also for files that cannot be read, which are no other pipeline', async () => {
    const project = shop({ limits: { file_bytes: 1000 } });
    project.write('pipelines/large.pipeline.json', ' '.repeat(1001));
    project.write('pipelines/broken.pipeline.json', '{ "name": ');
    project.write('pipelines/twice.pipeline.json', '{ "name": "twice", "name": "twice" }');
    writeFileSync(project.file('pipelines/bytes.pipeline.json'), Buffer.from([0xff, 0xfe, 0x00]));
    for (const _ of [1, 2]) {
      const { digests, unreadable, problems } = localDigests(project.open());
      expect([...unreadable]).toEqual(['broken', 'bytes', 'large', 'twice']);
      expect(new Set(Object.values(digests)).size).toBe(6);
      expect(problems.map(({ code }) => code).sort()).toEqual([
        'FILE_TOO_LARGE',
        'INVALID_ENCODING',
        'INVALID_JSON',
        'REPEATED_KEY',
      ]);
    }
  });

  it('need one file for each name', async () => {
    const project = shop();
    project.write('pipelines/etl.pipeline.json', ETL);
    expect(await errorOf(() => localDigests(project.open()))).toMatchObject({ code: 'INVALID_FILE' });
  });

  it('are those of any definition, odd texts and keys included', () => {
    const project = testProject({ name: 'odd' });
    fc.assert(
      fc.property(definition, fc.constantFrom(0, 2, '\t'), (value, indent) => {
        project.write('pipelines/demo.pipeline.json', JSON.stringify(value, null, indent));
        expect(localDigests(project.open()).digests).toEqual({ demo: digestOf(value) });
        expect(dirname(localDigests(project.open()).pipelines.get('demo')?.path ?? '')).toBe('pipelines');
      }),
      { numRuns: 60 },
    );
  });
});
