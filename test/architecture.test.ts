import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { Parser } from './architecture/facts.ts';
import { breaches } from './architecture/law.ts';
import { readTree, type Violation } from './architecture/tree.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const parser = new Parser();
afterAll(() => parser.close());

/** What the law says of a small tree, as `rule file:line`. */
function judge(files: Record<string, string>, top: string[] = ['src']): string[] {
  return breaches({ top, files: new Map(Object.entries(files)) }, parser).map(place);
}

function place({ rule, file, line }: Violation): string {
  return line > 0 ? `${rule} ${file}:${line}` : `${rule} ${file}`;
}

describe('the project', () => {
  it('keeps the law', () => {
    const found = breaches(readTree(ROOT), parser).map((violation) => `${place(violation)} ${violation.message}`);
    expect(found).toEqual([]);
  });

  it('is read whole', () => {
    const { files, top } = readTree(ROOT);
    expect(top).toEqual(expect.arrayContaining(['src', 'test', 'package.json', 'README.md']));
    for (const path of ['src/core/plan.ts', 'src/executor/component.ts', 'test/architecture.test.ts'])
      expect(files.get(path)).toContain('import');
  });
});

describe('who may import whom', () => {
  const target = { 'src/executor/run.ts': 'export const run = 1;', 'src/core/plan.ts': 'export type Plan = 1;' };

  it.each([
    ['core', 'src/core/a.ts', '../executor/run.ts'],
    ['the executor the components', 'src/executor/a.ts', '../components/index.ts'],
    ['a component more of the executor than its contract', 'src/components/a.ts', '../executor/run.ts'],
    ['a secret back end a component', 'src/secrets/a.ts', '../components/index.ts'],
    ['testing the components', 'src/testing/a.ts', '../components/index.ts'],
    ['the store the control plane', 'src/store/a.ts', '../control/a.ts'],
    ['the control plane the executor', 'src/control/a.ts', '../executor/run.ts'],
    ['the worker the control plane', 'src/worker/a.ts', '../control/a.ts'],
    ['the client the store', 'src/client/a.ts', '../store/a.ts'],
    ['an edge host the Node host', 'src/hosts/cloudflare.ts', './node/runtime.ts'],
    ['a host the command line', 'src/hosts/node/a.ts', '../../cli/a.ts'],
    ['the command line a component', 'src/cli/a.ts', '../components/index.ts'],
    ['the command line the store', 'src/cli/a.ts', '../store/a.ts'],
    ['anybody a template', 'src/hosts/node/a.ts', '../../templates/default/pipelines/a.ts'],
    ['anybody a file outside', 'src/cli/a.ts', '../../build.ts'],
    ['a portable room data outside', 'src/core/a.ts', '../../package.json'],
  ])('refuses %s', (_what, path, specifier) => {
    expect(judge({ [path]: `import '${specifier}';` })).toEqual([`import ${path}:1`]);
  });

  it.each([
    ['src/executor/a.ts', '../core/plan.ts'],
    ['src/components/a.ts', '../executor/component.ts'],
    ['src/hosts/node/a.ts', '../../components/index.ts'],
    ['src/hosts/lambda.ts', './cloudflare.ts'],
    ['src/cli/commands/run.ts', '../../hosts/node/runtime.ts'],
    ['src/cli/a.ts', '../../package.json'],
    ['src/core/a.ts', './deep/b.ts'],
    ['src/core/a.ts', 'valibot'],
  ])('lets %s import %s', (path, specifier) => {
    expect(judge({ [path]: `import '${specifier}';` })).toEqual([]);
  });

  it('sees every form of an import', () => {
    const text = [
      "import type { run } from '../executor/run.ts';",
      "export { run } from '../executor/run.ts';",
      "export type R = import('../executor/run.ts').R;",
      "export const load = () => import('../executor/run.ts');",
      "const text = \"import '../executor/run.ts'\"; // import '../executor/run.ts'",
    ];
    expect(judge({ ...target, 'src/core/a.ts': text.join('\n') })).toEqual([
      'import src/core/a.ts:1',
      'import src/core/a.ts:2',
      'import src/core/a.ts:3',
      'import src/core/a.ts:4',
      'barrel src/core/a.ts:2',
    ]);
  });

  it('lets the client see types of the API, not its code', () => {
    const files = (line: string) => judge({ 'src/client/a.ts': line });
    expect(files("import type { App } from '../control/http/app.ts';")).toEqual([]);
    expect(files("import { type App } from '../control/http/app.ts';")).toEqual(['import src/client/a.ts:1']);
  });

  it('keeps modules of Node and computed imports in the rooms that touch Node', () => {
    const text = "import 'node:fs';\nimport 'path';\nexport const load = (at: string) => import(at);";
    expect(judge({ 'src/components/a.ts': text })).toEqual(
      [1, 2, 3].map((line) => `import src/components/a.ts:${line}`),
    );
    expect(judge({ 'src/hosts/edge.ts': "import 'node:fs';" })).toEqual(['import src/hosts/edge.ts:1']);
    expect(judge({ 'src/cli/a.ts': text, 'src/hosts/node/a.ts': text })).toEqual([]);
  });
});

describe('cycles', () => {
  it('counts type imports', () => {
    const found = breaches(
      {
        top: [],
        files: new Map([
          ['src/core/a.ts', "import type { B } from './b.ts';\nexport type A = B;"],
          ['src/core/b.ts', "import { c } from './c.ts';\nexport type B = typeof c;"],
          ['src/core/c.ts', "export const c = () => import('./a.ts');"],
          ['src/core/d.ts', "import './a.ts';"],
        ]),
      },
      parser,
    );
    expect(found.map(({ message }) => message)).toEqual([
      'src/core/a.ts → src/core/b.ts → src/core/c.ts → src/core/a.ts',
    ]);
  });

  it('lets a registry load late what knows the registry', () => {
    const load = (path: string) => ({
      [path]: "export const load = () => import('./help.ts');",
      [path.replace('index', 'help')]: "import { load } from './index.ts';\nexport const all = load;",
    });
    expect(judge(load('src/cli/commands/index.ts'))).toEqual([]);
    expect(judge(load('src/cli/print/index.ts'))).toEqual(['cycle src/cli/print/index.ts']);
  });

  it('has nothing against a diamond', () => {
    const files = { 'src/core/a.ts': "import './b.ts';\nimport './c.ts';", 'src/core/b.ts': "import './c.ts';" };
    expect(judge({ ...files, 'src/core/c.ts': 'export const c = 1;' })).toEqual([]);
  });
});

describe('files', () => {
  it('stay short', () => {
    const lines = (count: number) => 'export {};\n'.repeat(count);
    expect(judge({ 'src/core/a.ts': lines(400), 'src/cli/commands/a.ts': lines(100) })).toEqual([]);
    expect(judge({ 'src/core/a.ts': lines(401), 'src/cli/commands/a.ts': lines(101) })).toEqual([
      'length src/core/a.ts',
      'length src/cli/commands/a.ts',
    ]);
  });

  it('have names that say something', () => {
    const files = {
      'src/core/utils/a.ts': '',
      'src/core/utils/b.ts': '',
      'test/plugin-manager.ts': '',
      'src/cli/misc.ts': '',
    };
    expect(judge(files)).toEqual(['name src/core/utils', 'name test/plugin-manager.ts', 'name src/cli/misc.ts']);
  });

  it('lie where the architecture has a place for them', () => {
    expect(judge({ 'src/lib/a.ts': '' }, ['src', 'lib', '.github', 'tsconfig.json'])).toEqual([
      'layout lib',
      'layout src/lib/a.ts',
    ]);
  });

  it('gather exports of others only in the registries', () => {
    const all = "export * from './a.ts';";
    const through = "import { a } from './a.ts';\nexport { a };";
    const files = { 'src/core/b.ts': all, 'src/core/c.ts': through, 'src/components/index.ts': all };
    expect(judge(files)).toEqual(['barrel src/core/b.ts:1', 'barrel src/core/c.ts:2']);
  });
});

describe('what reaches out of the language', () => {
  it.each([
    ['process', 'export const home = process.env.HOME;'],
    ['Buffer', "export const bytes = Buffer.from('');"],
    ['console', "console.log('');"],
    ['the clock', 'export const at = Date.now();'],
    ['the clock by another door', 'export const at = new Date();'],
    ['the clock taken apart', 'export const { now } = Date;'],
    ['chance', 'export const x = Math.random();'],
    ['chance through brackets', "export const x = Math['random']();"],
    ['a global through globalThis', 'export const home = globalThis.process;'],
    ['a global in shorthand', 'export const all = { process };'],
    ['a type of Node', 'export type Bytes = Buffer;'],
  ])('keeps %s in the rooms that touch Node', (_what, line) => {
    expect(judge({ 'src/core/a.ts': `${line}\nexport {};` })).toEqual(['global src/core/a.ts:1']);
    expect(judge({ 'src/hosts/node/a.ts': line, 'src/cli/a.ts': line, 'test/a.ts': line })).toEqual([]);
  });

  it('tells a global from a name', () => {
    const text = [
      'export interface Machine { process: string; console: Buffer }',
      'interface Buffer { now: number }',
      'export function start(process: Machine, at: number) {',
      '  const { console: shown } = process;',
      '  return { process: process.process, Date: new Date(at), most: Math.max(1, 2), shown };',
      '}',
      'export const old = (x: unknown) => x instanceof Date || x instanceof Function || Date.parse("") > 0;',
    ];
    expect(judge({ 'src/core/a.ts': text.join('\n') })).toEqual([]);
  });

  it.each([
    ['eval', "eval('1');"],
    ['eval through globalThis', "globalThis.eval('1');"],
    ['new Function', "new Function('return 1');"],
    ['Function', "Function('return 1');"],
  ])('finds %s everywhere', (_what, line) => {
    const files = {
      'src/cli/a.ts': `${line}\nexport {};`,
      'test/a.ts': `${line}\nexport {};`,
      'build.ts': `${line}\nexport {};`,
    };
    expect(judge(files)).toEqual(Object.keys(files).map((path) => `global ${path}:1`));
  });

  it('finds node:vm everywhere', () => {
    const files = { 'src/hosts/node/a.ts': "import 'node:vm';", 'test/a.ts': "export const vm = () => import('vm');" };
    expect(judge(files)).toEqual(['import src/hosts/node/a.ts:1', 'import test/a.ts:1']);
  });

  it('wants regular expressions to be literal', () => {
    const text = `export const a = (x: string) => [new RegExp(x), RegExp(\`\${x}\`), /x/, new RegExp("x", "u")];`;
    expect(judge({ 'src/cli/a.ts': text })).toEqual(['regexp src/cli/a.ts:1', 'regexp src/cli/a.ts:1']);
  });

  it('keeps SQL in the dialects', () => {
    const text = `export const all = 'SELECT id FROM runs';\nexport const one = (id: string) => \`delete from runs where \${id}\`;`;
    expect(judge({ 'src/store/runs.ts': text, 'src/store/dialects/pg.ts': text })).toEqual([
      'sql src/store/runs.ts:1',
      'sql src/store/runs.ts:2',
    ]);
    expect(judge({ 'src/core/a.ts': "export const text = 'Select one from the list';" })).toEqual([]);
  });
});

describe('types', () => {
  it('are never any', () => {
    const text = 'export const a: any = 1;\nexport const any = (x: unknown) => x as any;\nexport const word = "any";';
    expect(judge({ 'src/core/a.ts': text, 'test/a.ts': text })).toEqual([
      'any src/core/a.ts:1',
      'any src/core/a.ts:2',
      'any test/a.ts:1',
      'any test/a.ts:2',
    ]);
  });

  it('are not silenced', () => {
    const text = '// @ts-ignore\nexport const a: number = "";\n// @ts-expect-error\nexport const b: number = "";';
    expect(judge({ 'src/core/a.ts': `// @ts-nocheck\n${text}` })).toEqual(
      [1, 2, 4].map((n) => `directive src/core/a.ts:${n}`),
    );
    expect(judge({ 'test/a.ts': text })).toEqual(['directive test/a.ts:1']);
    expect(judge({ 'src/core/a.ts': 'export const text = "// @ts-ignore";' })).toEqual([]);
  });

  it('are cast twice only where a line states the guarantee', () => {
    const bare = 'export const a = (x: string) => x as unknown as number;';
    expect(judge({ 'src/core/a.ts': bare })).toEqual(['cast src/core/a.ts:1']);
    expect(judge({ 'src/core/a.ts': `// The schema has checked it.\n${bare}` })).toEqual([]);
  });
});
