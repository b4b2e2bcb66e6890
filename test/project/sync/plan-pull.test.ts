import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { keptContent } from '../../../src/cli/project/sync/content.ts';
import type { PullPlan } from '../../../src/cli/project/sync/plan-pull.ts';
import { planPull } from '../../../src/cli/project/sync/plan-pull.ts';
import type { Json } from '../../../src/core/json.ts';
import { digestOf } from '../../../src/core/release/digest.ts';
import { temporaryFolder } from '../../hosts/fixtures/folder.ts';
import { errorOf, type TestProject, testProject } from '../fixtures/project.ts';
import { TestOrg } from './org.ts';

const stage = (id: string, message: string) => ({ id, component: 'logger', config: { message } });
const demo = (...stages: Json[]) => ({ name: 'a', stages });
const A = demo(stage('one', 'x'), stage('two', 'y'));
/** The same in a form that no tool writes. */
const ODD =
  '{ "name":  "a",\r\n\r\n  "stages": [\r\n {"id":"one", "component":"logger", "config":{"message":"x"}},\r\n {"id":"two", "component":"logger", "config":{"message":"y"}} ] }';
const B = { name: 'b', stages: [stage('one', 'b')] };

/** A project that was pushed to an org with these files. */
async function pushed(files: Readonly<Record<string, unknown>> = { a: ODD, b: B }) {
  const project = testProject();
  for (const [name, content] of Object.entries(files)) project.write(`pipelines/${name}.pipeline.json`, content);
  const org = new TestOrg();
  await org.push(project);
  return { project, org };
}

const fileOf = (project: TestProject, name: string) => project.file(`pipelines/${name}.pipeline.json`);
const read = (project: TestProject, name: string) => readFileSync(fileOf(project, name), 'utf8');
const told = ({ actions }: PullPlan) => actions.map(({ action, name, reason }) => `${action} ${name} ${reason}`);

describe('a pull', () => {
  it('has nothing to do after a push', async () => {
    const { project, org } = await pushed();
    expect(told(await org.pull(project))).toEqual(['keep a same', 'keep b same']);
    expect(read(project, 'a')).toBe(ODD);
  });

  it('takes what only the org changed, byte for byte, where the file is', async () => {
    const { project, org } = await pushed({ 'deep/a': ODD, b: B });
    const theirs = `\u{feff}${JSON.stringify(demo(stage('one', 'new')))}\r\n\r\n`;
    org.activate({ a: theirs, b: B, c: { ...B, name: 'c' } });
    expect(told(await org.pull(project))).toEqual(['write a only-theirs-changed', 'keep b same', 'write c only-there']);
    expect(read(project, 'deep/a')).toBe(theirs);
    expect(read(project, 'c')).toBe(org.text('c'));
    expect(told(await org.pull(project))).toEqual(['keep a same', 'keep b same', 'keep c same']);
  });

  it('keeps what only the files changed', async () => {
    const { project, org } = await pushed();
    project.write('pipelines/a.pipeline.json', demo(stage('one', 'mine')));
    rmSync(fileOf(project, 'b'));
    project.write('pipelines/c.pipeline.json', { ...B, name: 'c' });
    const before = read(project, 'a');
    expect(told(await org.pull(project))).toEqual(['keep a only-ours-changed', 'keep c only-here']);
    expect(read(project, 'a')).toBe(before);
    expect(existsSync(fileOf(project, 'b'))).toBe(false);
  });

  it('merges by stage, into the file as it is written', async () => {
    const { project, org } = await pushed();
    writeFileSync(fileOf(project, 'a'), ODD.replace('"x"', '"mine"'));
    org.activate({ a: demo(stage('one', 'x'), stage('two', 'theirs')), b: B });
    expect(told(await org.pull(project))).toEqual(['write a both-changed', 'keep b same']);
    expect(read(project, 'a')).toBe(ODD.replace('"x"', '"mine"').replace('"y"', '"theirs"'));
    // The base is the org's now, so the merge is a change of ours.
    expect(told(await org.pull(project))).toEqual(['keep a only-ours-changed', 'keep b same']);
    await org.push(project);
  });

  it('deletes only with --prune, and only what nobody edited', async () => {
    const { project, org } = await pushed({ a: A, b: B, c: { ...B, name: 'c' } });
    project.write('pipelines/c.pipeline.json', { ...B, name: 'c', version: '2.0.0' });
    org.activate({ a: A });
    const plan = await org.plan(project, 'stop', true);
    expect(told(plan)).toEqual(['keep a same', 'delete b theirs-removed']);
    expect(plan.conflicts).toMatchObject([{ kind: 'removed-there', name: 'c', path: [], ways: ['ours'] }]);
    expect((await org.plan(project, 'theirs', true)).conflicts).toHaveLength(1);
    expect(told(await org.pull(project, 'ours'))).toEqual([
      'keep a same',
      'keep b theirs-removed',
      'keep c theirs-removed-ours-changed',
    ]);
  });

  it('deletes with --prune', async () => {
    const { project, org } = await pushed();
    org.activate({ a: A });
    await org.pull(project, 'stop', true);
    expect(existsSync(fileOf(project, 'b'))).toBe(false);
    expect(org.base(project)?.pipelines).toEqual({ a: digestOf(A) });
  });
});

describe('a conflict', () => {
  async function conflicting() {
    const { project, org } = await pushed();
    writeFileSync(fileOf(project, 'a'), ODD.replace('"x"', '"mine"'));
    org.activate({ a: demo(stage('one', 'theirs'), stage('two', 'also')), b: { ...B, version: '9.0.0' } });
    return { project, org };
  }

  it('stops everything, with each value and the ways out', async () => {
    const { project, org } = await conflicting();
    const before = [read(project, 'a'), read(project, 'b'), org.base(project)];
    const error = await errorOf(() => org.pull(project));
    expect(error).toMatchObject({
      code: 'SYNC_CONFLICT',
      exit: 5,
      hint: 'fm pull --ours, fm pull --theirs, fm pull --merge',
      details: {
        conflicts: [
          {
            kind: 'value',
            name: 'a',
            file: 'pipelines/a.pipeline.json',
            path: ['stages', 'one', 'config', 'message'],
            stage: 'one',
            base: 'x',
            ours: 'mine',
            theirs: 'theirs',
            ways: ['ours', 'theirs', 'merge'],
          },
        ],
      },
    });
    expect([read(project, 'a'), read(project, 'b'), org.base(project)]).toEqual(before);
  });

  it('is decided value by value: what does not conflict is merged all the same', async () => {
    const mine = await conflicting();
    await mine.org.pull(mine.project, 'ours');
    expect(read(mine.project, 'a')).toBe(ODD.replace('"x"', '"mine"').replace('"y"', '"also"'));
    const theirs = await conflicting();
    await theirs.org.pull(theirs.project, 'theirs');
    expect(read(theirs.project, 'a')).toBe(theirs.org.text('a'));
  });

  it('is written into the file, which cannot be pushed before it is decided', async () => {
    const { project, org } = await conflicting();
    await org.pull(project, 'merge');
    expect(JSON.parse(read(project, 'a')).stages[0].config.message).toEqual({
      $conflict: { base: 'x', ours: 'mine', theirs: 'theirs' },
    });
    expect(read(project, 'b')).toBe(org.text('b'));
    expect((await errorOf(() => org.push(project))).problems).toMatchObject([{ file: 'pipelines/a.pipeline.json' }]);
    project.write('pipelines/a.pipeline.json', demo(stage('one', 'both'), stage('two', 'also')));
    await org.push(project);
  });

  it('of a file that was deleted here has two ways', async () => {
    const { project, org } = await pushed();
    rmSync(fileOf(project, 'b'));
    org.activate({ a: A, b: { ...B, version: '9.0.0' } });
    expect((await org.plan(project)).conflicts).toMatchObject([{ kind: 'removed-here', ways: ['ours', 'theirs'] }]);
    expect((await org.plan(project, 'merge')).conflicts).toHaveLength(1);
    await org.pull(project, 'ours');
    expect(existsSync(fileOf(project, 'b'))).toBe(false);
    org.activate({ a: A, b: { ...B, version: '9.1.0' } });
    await org.pull(project, 'theirs');
    expect(read(project, 'b')).toBe(org.text('b'));
  });

  it('is a file that was added on both sides', async () => {
    const { project, org } = await pushed();
    project.write('pipelines/c.pipeline.json', { name: 'c', stages: [stage('one', 'mine')] });
    org.activate({ a: A, b: B, c: { name: 'c', stages: [stage('one', 'theirs')], tags: ['t'] } });
    expect((await org.plan(project)).conflicts).toMatchObject([{ kind: 'added', name: 'c', stage: 'one' }]);
    await org.pull(project, 'theirs');
    expect(read(project, 'c')).toBe(org.text('c'));
  });

  it('is a merge that is not valid', async () => {
    const { project, org } = await pushed();
    const call = { id: 'c', component: 'subpipeline', config: { pipeline: 'b' } };
    project.write('pipelines/a.pipeline.json', demo(...A.stages, { ...stage('three', 'z'), depends_on: ['two'] }));
    org.activate({ a: demo(stage('one', 'x'), call), b: B });
    const { conflicts } = await org.plan(project);
    expect(conflicts).toMatchObject([
      { kind: 'invalid', name: 'a', path: [], problems: [{ code: 'UNKNOWN_STAGE', line: expect.any(Number) }] },
    ]);
    const before = read(project, 'a');
    const error = await errorOf(() => org.pull(project));
    expect(error).toMatchObject({ code: 'SYNC_CONFLICT', problems: [{ code: 'UNKNOWN_STAGE' }] });
    expect((await org.plan(project, 'theirs')).actions).toMatchObject([{ action: 'write', text: org.text('a') }, {}]);
    expect((await org.plan(project, 'merge')).warnings).toMatchObject([{ code: 'UNKNOWN_STAGE' }]);
    expect(told(await org.pull(project, 'ours'))).toEqual(['keep a both-changed', 'keep b same']);
    expect(read(project, 'a')).toBe(before);
  });

  it('is a merge that calls in a circle only when both sides come together', async () => {
    const calls = (to: string) => ({ id: `to-${to}`, component: 'subpipeline', config: { pipeline: to } });
    const { project, org } = await pushed();
    project.write('pipelines/a.pipeline.json', demo(stage('one', 'x'), stage('two', 'y'), calls('b')));
    org.activate({ a: demo(stage('one', 'x'), stage('two', 'new')), b: { ...B, stages: [calls('a')] } });
    expect((await org.plan(project)).conflicts).toMatchObject([
      { kind: 'invalid', problems: [{ code: 'PIPELINE_CYCLE' }] },
    ]);
  });

  it('is a broken file that the org changed too', async () => {
    const { project, org } = await pushed();
    writeFileSync(fileOf(project, 'a'), '{ "name": ');
    expect(told(await org.pull(project))).toEqual(['keep a only-ours-changed', 'keep b same']);
    org.activate({ a: demo(stage('one', 'new')), b: B });
    expect((await org.plan(project, 'merge')).conflicts).toMatchObject([
      { kind: 'unreadable', ways: ['ours', 'theirs'] },
    ]);
    await org.pull(project, 'theirs');
    expect(read(project, 'a')).toBe(org.text('a'));
  });

  it('is a link that the org changed too, and nothing writes through it', async () => {
    const { project, org } = await pushed();
    const outside = `${temporaryFolder()}/a.pipeline.json`;
    writeFileSync(outside, ODD);
    rmSync(fileOf(project, 'a'));
    symlinkSync(outside, fileOf(project, 'a'));
    org.activate({ a: demo(stage('one', 'new')), b: B });
    for (const mode of ['stop', 'theirs', 'merge'] as const)
      expect((await org.plan(project, mode)).conflicts).toMatchObject([{ kind: 'unreadable', ways: ['ours'] }]);
    expect(readFileSync(outside, 'utf8')).toBe(ODD);
  });
});

describe('without a base', () => {
  it('a file that the org once had counts as unchanged, another one is a conflict', async () => {
    const project = testProject();
    project.write('pipelines/a.pipeline.json', ODD);
    project.write('pipelines/b.pipeline.json', { ...B, version: '5.0.0' });
    const org = new TestOrg();
    org.activate({ a: A, b: B });
    org.activate({ a: demo(stage('one', 'new')), b: B });
    const plan = await org.plan(project);
    expect(told(plan)).toEqual(['write a known-from-history']);
    expect(plan.conflicts).toMatchObject([{ kind: 'not-known', name: 'b', path: [] }]);
    await org.pull(project, 'theirs');
    expect([read(project, 'a'), read(project, 'b')]).toEqual([org.text('a'), org.text('b')]);
  });

  it('files are made in an empty folder', async () => {
    const project = testProject();
    const org = new TestOrg();
    org.activate({ a: ODD, 'b.c-d_e': { ...B, name: 'b.c-d_e' } });
    await org.pull(project);
    expect(read(project, 'a')).toBe(ODD);
    expect(read(project, 'b.c-d_e')).toBe(org.text('b.c-d_e'));
  });
});

describe('what a merge begins with', () => {
  const theirs = { a: demo(stage('one', 'x'), stage('two', 'theirs')), b: B };

  async function bothChanged() {
    const { project, org } = await pushed();
    writeFileSync(fileOf(project, 'a'), ODD.replace('"x"', '"mine"'));
    org.activate(theirs);
    return { project, org };
  }

  it('is kept, also when the org has deleted it', async () => {
    const { project, org } = await bothChanged();
    org.forget();
    expect((await org.plan(project)).conflicts).toEqual([]);
  });

  it('is asked for when it is not kept', async () => {
    const { project, org } = await bothChanged();
    rmSync(project.file('.flowmason/sync/content'), { recursive: true });
    expect((await org.plan(project)).conflicts).toEqual([]);
  });

  it('is not believed when it was changed', async () => {
    const { project, org } = await bothChanged();
    const kept = project.file('.flowmason/sync/content/1.json');
    const digest = digestOf(A);
    expect(JSON.parse(readFileSync(kept, 'utf8'))[digest]).toBe(ODD);
    for (const text of [ODD.slice(0, 50), ODD.replace('"x"', '"mine"')]) {
      writeFileSync(kept, JSON.stringify({ [digest]: text }));
      const { conflicts, actions } = await org.plan(project);
      expect(conflicts).toEqual([]);
      expect(actions[0]?.text).toBe(ODD.replace('"x"', '"mine"').replace('"y"', '"theirs"'));
    }
    for (const broken of ['{', '[]', '{"x": 1}']) {
      writeFileSync(kept, broken);
      expect((await org.plan(project)).conflicts).toEqual([]);
    }
  });

  it('may be gone: then what is not the same is a conflict', async () => {
    const { project, org } = await bothChanged();
    rmSync(project.file('.flowmason/sync/content'), { recursive: true });
    org.forget();
    expect((await org.plan(project)).conflicts).toMatchObject([
      { kind: 'value', stage: 'one' },
      { kind: 'value', stage: 'two' },
    ]);
  });

  it('is kept for as long as it is the base', async () => {
    const { project, org } = await bothChanged();
    await org.pull(project);
    expect([...keptContent(project.file('.flowmason'), [digestOf(theirs.a)]).keys()]).toEqual([digestOf(theirs.a)]);
    const folder = project.file('.flowmason/sync/content');
    expect(readdirSync(folder).sort()).toEqual(['1.json', '2.json', 'index.json']);
    // With another `b`, and `a` as it was merged, nothing is left of the others.
    writeFileSync(fileOf(project, 'b'), JSON.stringify({ ...B, version: '2.0.0' }));
    await org.push(project);
    expect(readdirSync(folder).sort()).toEqual(['3.json', 'index.json']);
  });

  it('is one pack again when it has become many', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `p-${i}`);
    const { project, org } = await pushed(Object.fromEntries(names.map((name) => [name, { ...B, name }])));
    const folder = project.file('.flowmason/sync/content');
    for (const name of names) {
      writeFileSync(fileOf(project, name), JSON.stringify({ ...B, name, version: '2.0.0' }));
      await org.push(project);
    }
    expect(readdirSync(folder).length).toBeLessThan(10);
    const { pipelines } = org;
    const kept = keptContent(project.file('.flowmason'), Object.values(pipelines));
    expect(kept.size).toBe(Object.keys(pipelines).length);
  });

  it('is none that is damaged, or of another project', async () => {
    const { project, org } = await pushed();
    const file = project.file(`.flowmason/sync/${org.key}.json`);
    const good = readFileSync(file, 'utf8');
    for (const bad of [
      '',
      '{}',
      good.slice(1),
      good.replace('"demo"', '"other"'),
      good.replace('"format": 1', '"format": 2'),
    ]) {
      writeFileSync(file, bad);
      expect(org.base(project)).toBeUndefined();
    }
    rmSync(file);
    mkdirSync(file);
    expect(org.base(project)).toBeUndefined();
    expect(await errorOf(() => org.push(project))).toMatchObject({ code: 'FILE_SYSTEM' });
  });
});

describe('an org that is not what it says', () => {
  const input = async (more: object) => {
    const { project, org } = await pushed();
    org.activate({ a: A, b: { ...B, version: '3.0.0' } });
    const { localDigests } = await import('../../../src/cli/project/local-digests.ts');
    const { base, load } = { base: org.base(project)?.pipelines, load: org.load };
    return {
      folder: localDigests(project.open()),
      base,
      theirs: org.pipelines,
      known: () => false,
      mode: 'stop' as const,
      prune: false,
      load,
      loadBase: load,
      check: async () => new Map(),
      ...more,
    };
  };

  it.each<[string, object]>([
    ['gives no text', { load: async () => new Map() }],
    ['gives another text', { load: async (digests: string[]) => new Map(digests.map((digest) => [digest, ODD])) }],
    ['gives no JSON', { load: async (digests: string[]) => new Map(digests.map((digest) => [digest, 'text'])) }],
  ])('is not believed when it %s', async (_what, more) => {
    expect(await errorOf(async () => planPull(await input(more)))).toMatchObject({ code: 'RELEASE_MISMATCH' });
  });

  it.each(['../../outside', 'a/b', '/etc/x', '..', 'A', 'a b', '', 'a\0', '__proto__'])(
    'cannot name a file %j',
    async (name) => {
      const theirs = Object.fromEntries([[name, digestOf(A)]]);
      const load = async () => new Map([[digestOf(A), ODD]]);
      expect(await errorOf(async () => planPull(await input({ theirs, load })))).toMatchObject({
        code: 'RELEASE_INVALID',
      });
    },
  );
});
