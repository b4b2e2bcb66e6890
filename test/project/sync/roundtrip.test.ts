import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localDigests } from '../../../src/cli/project/local-digests.ts';
import { localRelease } from '../../../src/cli/project/local-release.ts';
import { newPath } from '../../../src/cli/project/sync/plan-pull.ts';
import { FlowMasonError } from '../../../src/core/errors.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { DESCRIPTORS } from '../../core/compile/checked.ts';
import { json, text } from '../../core/release/definitions.ts';
import fc from '../../setup/property.ts';
import { errorOf, type TestProject, testProject } from '../fixtures/project.ts';
import { TestOrg } from './org.ts';

const FILE = '../shared/data/naughty/blns.json';
const NAUGHTY: string[] = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : [];

/** JSON as somebody or some tool writes it. */
const written = (value: JsonObject) =>
  fc
    .record({
      indent: fc.constantFrom<string | number | undefined>(undefined, 1, 2, 4, '\t'),
      mark: fc.constantFrom('', '\u{feff}'),
      end: fc.constantFrom('', '\n', '\r\n\r\n', ' \t'),
      crlf: fc.boolean(),
      colon: fc.constantFrom('": ', '" :\t'),
      ascii: fc.boolean(),
    })
    .map(({ indent, mark, end, crlf, colon, ascii }) => {
      const lines = JSON.stringify(value, null, indent).split('\n');
      const spaced = lines.map((line) => (indent === undefined ? line : line.replace(/^(\s*"\w+)": /, `$1${colon}`)));
      const joined = spaced.join(crlf ? '\r\n' : '\n');
      const units = ascii
        ? joined.replace(/[^\0-~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
        : joined;
      return mark + units + end;
    });

/** Without what would be an expression. */
const plain = text.map((value) => value.replaceAll('{{', '{ {'));
const value = json.map((data) => JSON.parse(JSON.stringify(data).replaceAll('{{', '{ {')));

/** A valid pipeline that says odd things. */
const valid = (name: string): fc.Arbitrary<JsonObject> =>
  fc.record({
    name: fc.constant(name),
    description: plain,
    stages: fc.tuple(stage('one'), stage('two'), stage('constructor')),
  }) as fc.Arbitrary<JsonObject>;

const stage = (id: string) =>
  fc.record({
    id: fc.constant(id),
    component: fc.constant('json-transform'),
    description: plain,
    config: fc.record({ template: value }, { noNullPrototype: true }),
  });

const NAMES = ['a', 'b', 'c-d'] as const;
const file = (name: string) => valid(name).chain(written);
const files = fc.tuple(...NAMES.map(file));
const paths = fc.tuple(...NAMES.map(() => fc.constantFrom('', 'deep/', 'deep/Er/')));

const bytesIn = (project: TestProject): Record<string, string> => {
  const root = project.file('pipelines');
  const found = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(root, path)).isFile(),
  );
  return Object.fromEntries(found.sort().map((path) => [path, readFileSync(join(root, path)).toString('base64')]));
};

function write(project: TestProject, texts: readonly string[], folders: readonly string[] = []): void {
  for (const [i, name] of NAMES.entries())
    project.write(`pipelines/${folders[i] ?? ''}${name}.pipeline.json`, texts[i] ?? '');
}

describe('what was pushed', () => {
  it('is pulled byte for byte, into an empty folder and into one that has it', async () => {
    await fc.assert(
      fc.asyncProperty(files, paths, async (texts, folders) => {
        const [here, there, org] = [testProject(), testProject(), new TestOrg()];
        write(here, texts, folders);
        const before = bytesIn(here);
        await org.push(here);
        await org.pull(there);
        expect(Object.values(bytesIn(there)).sort()).toEqual(Object.values(before).sort());
        expect((await org.pull(here)).actions.every(({ action }) => action === 'keep')).toBe(true);
        expect(bytesIn(here)).toEqual(before);
        await org.push(there);
      }),
      { numRuns: 12 },
    );
  });

  it('by two people who change different things is the same in both folders', async () => {
    const change = fc.record({ name: fc.constantFrom(0, 1, 2), text: plain.map((words) => `edited ${words}`) });
    await fc.assert(
      fc.asyncProperty(files, change, change, async (texts, mine, yours) => {
        const [here, there, org] = [testProject(), testProject(), new TestOrg()];
        write(here, texts);
        await org.push(here);
        await org.pull(there);
        edit(here, mine.name, 0, mine.text);
        edit(there, yours.name, 1, yours.text);
        const [ours, theirs] = [bytesIn(here), bytesIn(there)];
        await org.push(there);
        await org.pull(here);
        for (const [i, name] of NAMES.entries()) {
          const path = `${name}.pipeline.json`;
          // What only one of them changed has the bytes of whoever did.
          if (i !== yours.name) expect(bytesIn(here)[path]).toBe(ours[path]);
          else if (i !== mine.name) expect(bytesIn(here)[path]).toBe(theirs[path]);
          else expect(descriptions(here, name)).toEqual(expect.arrayContaining([mine.text, yours.text]));
        }
        await org.push(here);
        await org.pull(there);
        expect(localDigests(there.open()).digests).toEqual(localDigests(here.open()).digests);
      }),
      { numRuns: 12 },
    );
  });
});

/** Changes the description of a stage, in the file as it is written. */
function edit(project: TestProject, index: number, stage: number, text: string): void {
  const path = project.file(`pipelines/${NAMES[index]}.pipeline.json`);
  const value = parsed(path);
  value.stages[stage].description = text;
  writeFileSync(path, JSON.stringify(value));
}

function descriptions(project: TestProject, name: string): string[] {
  return parsed(project.file(`pipelines/${name}.pipeline.json`)).stages.map((one: JsonObject) => one.description);
}

function parsed(path: string) {
  return JSON.parse(readFileSync(path, 'utf8').replace(/^\u{feff}/u, ''));
}

describe.skipIf(NAUGHTY.length === 0)('naughty strings', () => {
  it('are values like others', async () => {
    const [here, there, org] = [testProject(), testProject(), new TestOrg()];
    const good = NAUGHTY.filter((one) => one.isWellFormed() && !one.includes('{{'));
    expect(good.length).toBeGreaterThan(400);
    const stages = good.map((one, i) => ({
      id: `s${i}`,
      component: 'json-transform',
      description: one,
      config: { template: { [`k${one}`]: one } },
    }));
    here.write('pipelines/a.pipeline.json', { name: 'a', stages });
    await org.push(here);
    await org.pull(there);
    expect(bytesIn(there)).toEqual(bytesIn(here));
    // And where both changed the file.
    edit(here, 0, 0, good.join(' '));
    edit(there, 0, 1, good.join('\n'));
    await org.push(there);
    await org.pull(here);
    expect(descriptions(here, 'a').slice(0, 2)).toEqual([good.join(' '), good.join('\n')]);
    expect(descriptions(here, 'a').slice(2)).toEqual(good.slice(2));
  });

  it('name no file, unless they are names', () => {
    for (const one of NAUGHTY) {
      try {
        expect(newPath(one)).toMatch(/^pipelines\/[a-z0-9._-]+\.pipeline\.json$/);
      } catch (error) {
        expect(error).toBeInstanceOf(FlowMasonError);
        expect((error as FlowMasonError).code).toBe('RELEASE_INVALID');
      }
    }
  });

  it('may be names of files, which are problems and no crash', async () => {
    let made = 0;
    const project = testProject();
    mkdirSync(project.file('pipelines'));
    for (const one of NAUGHTY) {
      const path = join(project.root, 'pipelines', `${one}.pipeline.json`);
      if (one.includes('/') || one.includes('\0') || Buffer.byteLength(path) > 200 || one.startsWith('.')) continue;
      writeFileSync(path, JSON.stringify({ name: one.toWellFormed(), stages: [] }));
      made++;
    }
    expect(made).toBeGreaterThan(200);
    expect(localDigests(project.open()).pipelines.size).toBeGreaterThan(200);
    const error = await errorOf(() => localRelease(project.open(), DESCRIPTORS));
    expect(error.code).toBe('INVALID_FILE');
    expect(error.problems.length).toBeGreaterThan(200);
    rmSync(project.file('pipelines'), { recursive: true });
  });
});
