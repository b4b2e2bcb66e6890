import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProjectRoot } from '../../src/cli/project/find.ts';
import { readProject } from '../../src/cli/project/read.ts';
import { openWorkspace } from '../../src/cli/project/workspace.ts';
import { temporaryFolder } from '../hosts/fixtures/folder.ts';
import { errorOf, listed, testProject } from './fixtures/project.ts';

describe('finding a project', () => {
  it('walks up to the folder that holds flowmason.json', () => {
    const project = testProject();
    mkdirSync(project.file('a/b/c'), { recursive: true });
    expect(findProjectRoot(project.file('a/b/c'))).toBe(project.root);
    expect(findProjectRoot(project.root)).toBe(project.root);
  });

  it('finds none outside of one, and a folder of that name is none', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'flowmason.json'));
    expect(findProjectRoot(folder)).toBeUndefined();
    expect(openWorkspace({ cwd: folder, variables: {} }).project).toBeUndefined();
  });

  it('answers the real path, so that a link to a project is the same project', () => {
    const project = testProject();
    const link = join(temporaryFolder(), 'link');
    symlinkSync(project.root, link);
    expect(findProjectRoot(link)).toBe(project.root);
  });

  it('takes the nearest of two', () => {
    const project = testProject();
    project.write('inner/flowmason.json', { name: 'inner' });
    expect(readProject(findProjectRoot(project.file('inner')) ?? '').config.name).toBe('inner');
  });
});

describe('flowmason.json', () => {
  it('is read as the reference has it, and what is absent has its default', () => {
    const content = `{ // a comment
      "name": "my-project", "version": "1.0.0",
      "environments": {
        "local": { "database": "sqlite:///flowmason.db", "vars": { "region": "eu", "n": [1, { "a": null }] } },
        "staging": { "url": "\${FM_STAGING_URL}", "api_key": "\${FM_STAGING_KEY}" },
        "prod": { "url": "\${FM_PROD_URL:-https://prod.example.com}", "promotes_from": "staging", "protected": true },
      }, /* and another */
      "secrets": { "backend": "env" }, "ai": { "model": "openai/gpt-5-mini" },
      "testing": { "coverage": { "stages": 80, "branches": 60 } },
    }`;
    const { config, namedVariables, home, root } = readProject(testProject(content).root);
    expect(config).toEqual({
      name: 'my-project',
      version: '1.0.0',
      environments: {
        local: { database: 'sqlite:///flowmason.db', vars: { region: 'eu', n: [1, { a: null }] } },
        staging: { url: '${FM_STAGING_URL}', api_key: '${FM_STAGING_KEY}' },
        production: { url: '${FM_PROD_URL:-https://prod.example.com}', promotes_from: 'staging', protected: true },
      },
      secrets: { backend: 'env' },
      ai: { model: 'openai/gpt-5-mini' },
      testing: { coverage: { stages: 80, branches: 60 } },
      runs: {},
      limits: {},
      plugins: [],
    });
    expect([...namedVariables]).toEqual(['FM_STAGING_URL', 'FM_STAGING_KEY', 'FM_PROD_URL']);
    expect(home).toBe(join(root, '.flowmason'));
    expect(readProject(testProject({ name: 'x' }).root).config.version).toBe('0.1.0');
  });

  it('knows where a value stands, also under the other name of an environment', () => {
    const { locate } = readProject(
      testProject('{\n  "name": "x",\n  "environments": {\n    "prod": { "url": "https://a.b" }\n  }\n}').root,
    );
    expect(locate(['environments', 'production', 'url'])).toMatchObject({ line: 4, column: 22 });
  });

  it('reports all of its problems at once, each with its place', async () => {
    const content = `{
  "nmae": "Bad Name",
  "version": "1.0",
  "environments": {
    "local": { "url": "https://a.b" },
    "ai": { "url": "https://a.b" },
    "Staging": { "url": "ftp://a.b", "api_kye": "x" },
    "prod": {},
    "production": {}
  },
  "secrets": { "backend": "redis" },
  "ai": { "model": "gpt" },
  "testing": { "coverage": { "stages": 101 } },
  "runs": { "keep": 0 },
  "limits": { "stages": 5000, "nesting": 1.5 },
  "plugins": "one"
}`;
    const project = testProject(content);
    const error = await errorOf(() => readProject(project.root));
    expect(error).toMatchObject({ code: 'INVALID_FILE', exit: 3 });
    const found = listed(error);
    const expected = [
      /^UNKNOWN_FIELD flowmason.json:2:3 `nmae` is not a field of `flowmason.json`/,
      /^REQUIRED_FIELD flowmason.json:1:1 `name` is missing/,
      /^INVALID_VERSION flowmason.json:3:14 `version` must be a semantic version, found "1.0"/,
      /^UNKNOWN_FIELD flowmason.json:5:16 `url` is not a field of `local`/,
      /^RESERVED_ENVIRONMENT flowmason.json:6:5 `ai` cannot be the name of an environment/,
      /^INVALID_VALUE flowmason.json:7:5 The name of an environment must be lower-case words/,
      /^INVALID_VALUE flowmason.json:7:25 `url` must be an address/,
      /^UNKNOWN_FIELD flowmason.json:7:38 `api_kye` is not a field/,
      /^DUPLICATE_ENVIRONMENT flowmason.json:9:5 `production` and `prod` are the same environment/,
      /^INVALID_VALUE flowmason.json:11:27 `backend` must be one of `env`, `aws`, `vault`/,
      /^INVALID_VALUE flowmason.json:12:20 `model` must be `provider\/model`/,
      /^INVALID_VALUE flowmason.json:13:40 `stages` must be 100 or less/,
      /^INVALID_VALUE flowmason.json:14:21 `keep` must be a number of runs or a duration/,
      /^INVALID_VALUE flowmason.json:15:25 `stages` must be 2000 or less/,
      /^WRONG_TYPE flowmason.json:15:42 `nesting` must be/,
      /^WRONG_TYPE flowmason.json:16:14 `plugins` must be/,
    ];
    for (const pattern of expected) expect(found).toContainEqual(expect.stringMatching(pattern));
    expect(found).toHaveLength(expected.length);
    expect(error.problems.find(({ message }) => message.includes('nmae'))?.hint).toContain('`name`');
    expect(error.problems.find(({ message }) => message.includes('api_kye'))?.hint).toContain('`api_key`');
  });

  it.each(['ai', 'secrets', 'testing', 'runs', 'limits', 'plugins', 'metadata', 'scratch'])(
    'has no environment called %s',
    async (name) => {
      const project = testProject({ name: 'x', environments: { [name]: { url: 'https://a.b' } } });
      expect((await errorOf(() => readProject(project.root))).problems).toMatchObject([
        { code: 'RESERVED_ENVIRONMENT' },
      ]);
    },
  );

  it.each(['file_bytes', 'nesting', 'stages', 'input_bytes', 'output_bytes', 'foreach_items', 'subpipeline_depth'])(
    'may lower the limit %s, never raise it or take it away',
    async (name) => {
      const read = (value: number) => readProject(testProject({ name: 'x', limits: { [name]: value } }).root);
      expect(read(1).config.limits[name]).toBe(1);
      for (const value of [0, -1, 10_000_000]) expect(await errorOf(() => read(value))).toMatchObject({ exit: 3 });
    },
  );

  it('reports every syntax error with its place', async () => {
    const error = await errorOf(() => readProject(testProject('{\n  "name": "x"\n  "version": "1.0.0"\n}').root));
    expect(listed(error)).toEqual([expect.stringMatching(/^INVALID_JSON flowmason.json:3:3 /)]);
  });

  it('refuses bytes that are not UTF-8, a file that is too large, and keys that reach prototypes', async () => {
    for (const [content, code] of [
      [Buffer.from([0x7b, 0x22, 0xff]), 'INVALID_ENCODING'],
      [`{ "name": "x", "description": "${'x'.repeat(1_000_001)}" }`, 'FILE_TOO_LARGE'],
      ['{ "name": "x", "__proto__": { "a": 1 } }', 'FORBIDDEN_KEY'],
      [`{ "name": "x", "environments": ${'['.repeat(70)}${']'.repeat(70)} }`, 'NESTING_TOO_DEEP'],
      ['[]', 'WRONG_TYPE'],
      ['', 'INVALID_JSON'],
    ] as const) {
      const project = testProject();
      writeFileSync(project.file('flowmason.json'), content);
      expect((await errorOf(() => readProject(project.root))).problems.map((problem) => problem.code)).toContain(code);
    }
  });

  it('reports `${` without a name', async () => {
    const content =
      '{\n  "name": "x",\n  "environments": { "staging": { "url": "https://${a-b}.c", "api_key": "$${ok}" } }\n}';
    const error = await errorOf(() => readProject(testProject(content).root));
    expect(listed(error)).toEqual([expect.stringMatching(/^INVALID_VALUE flowmason.json:3:50 After `\$\{` the name/)]);
  });

  it('names the file as it is seen from the current folder', async () => {
    const project = testProject('{ "name": 1 }');
    mkdirSync(project.file('deep'));
    const error = await errorOf(() => openWorkspace({ cwd: project.file('deep'), variables: {} }));
    expect(error.problems[0]?.file).toBe(project.file('flowmason.json'));
  });
});
