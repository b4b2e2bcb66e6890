import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Child, startChild } from './fixtures/child.ts';
import { temporaryFolder } from './fixtures/folder.ts';

interface Printed {
  readonly components?: readonly { name: string; source: string; category: string; config: unknown }[];
  readonly output?: unknown;
  readonly code?: string;
  readonly problems?: readonly {
    code: string;
    file: string;
    line?: number;
    column?: number;
    message: string;
    hint?: string;
  }[];
}

/** A project of these files. */
function project(files: Record<string, string>): string {
  const root = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

let child: Child;
beforeAll(() => {
  child = startChild('print-runtime.ts', [], { until: afterAll });
});

/** Loads it in a process of its own, as a command does. */
async function load(root: string, plugins: object[] = [], call = ''): Promise<Printed> {
  child.process.stdin.write(`${JSON.stringify({ project: root, plugins, call })}\n`);
  return JSON.parse((await child.line()) ?? '{}');
}

/** The problems of a module in `components/`, as `CODE file:line:column message`. */
async function problemsOf(file: string, text: string, more: Record<string, string> = {}): Promise<string[]> {
  const { problems = [] } = await load(project({ [`components/${file}`]: text, ...more }));
  return problems.map(
    ({ code, file: where, line, column, message }) => `${code} ${where}:${line}:${column} ${message}`,
  );
}

const SHOUT = `import { defineComponent } from 'flowmason/component';
import * as v from 'valibot';

export default defineComponent({
  name: 'shout',
  version: '1.0.0',
  summary: 'Makes text loud.',
  effects: false,
  config: v.strictObject({ text: v.string() }),
  output: v.object({ text: v.string() }),
  run: async (config) => ({ text: config.text.toUpperCase() }),
});
`;

describe('components of a project', () => {
  it('are TypeScript that runs without a compiler, and look like built-in ones', async () => {
    const typed = SHOUT.replace('async (config)', 'async (config: { text: string }): Promise<{ text: string }>');
    const { components, output } = await load(project({ 'components/shout.ts': typed }), [], 'shout');
    expect(components).toMatchObject([
      { name: 'shout', source: 'project', category: 'custom', config: { type: 'object', required: ['text'] } },
    ]);
    expect(output).toEqual({ text: 'HI' });
  });

  it.each(['js', 'mjs', 'mts', 'ts'])('may be a .%s file, whatever package.json says', async (ending) => {
    for (const type of ['module', 'commonjs', undefined]) {
      const files = { [`components/shout.${ending}`]: SHOUT, 'package.json': JSON.stringify({ type }) };
      expect((await load(project(files))).components?.map(({ name }) => name)).toEqual(['shout']);
    }
  });

  it('may be several in one module, by name, and share modules below', async () => {
    const files = {
      'components/both.ts': `import { loud } from './lib/loud.ts';
import { defineComponent } from 'flowmason/component';
import { object, strictObject, string } from 'valibot';
const make = (name: string) => defineComponent({
  name, version: '1.0.0', summary: 'x', effects: true,
  config: strictObject({ text: string() }), output: object({ text: string() }),
  run: (config) => ({ text: loud(config.text) }),
});
export const one = make('one');
export const two = make('two');
export const notOne = { hello: 1 };
export function helper(): void {}
`,
      'components/lib/loud.ts':
        "import * as v from 'valibot';\nexport const loud = (t: string): string => v.parse(v.string(), t) + '!';\n",
      'components/types.d.ts': 'declare const x: number;',
      'components/both.test.ts': 'throw new Error("tests are not components");',
      'components/README.md': 'x',
    };
    const { components, output } = await load(project(files), [], 'two');
    expect(components?.map(({ name }) => name)).toEqual(['one', 'two']);
    expect(output).toEqual({ text: 'hi!' });
  });

  it('get the valibot of the running program, not one that is installed beside them', async () => {
    const files = {
      'components/shout.ts': SHOUT,
      'node_modules/valibot/package.json': '{"name":"valibot","main":"index.js"}',
      'node_modules/valibot/index.js': 'throw new Error("the wrong valibot");',
    };
    expect((await load(project(files))).components).toHaveLength(1);
  });

  it('may use packages of the project, which get their own dependencies', async () => {
    const files = {
      'components/shout.ts': SHOUT.replace("'valibot';", "'valibot';\nimport mark from 'mark';").replace(
        'toUpperCase()',
        'concat(mark)',
      ),
      'node_modules/mark/package.json': '{"name":"mark","type":"module","main":"index.js"}',
      'node_modules/mark/index.js': "import * as v from 'valibot';\nexport default v.default;\n",
      'node_modules/valibot/package.json': '{"name":"valibot","main":"index.js"}',
      'node_modules/valibot/index.js': 'module.exports = "?";',
    };
    expect((await load(project(files), [], 'shout')).output).toEqual({ text: 'hi?' });
  });

  it('may be in a folder with spaces and unusual characters', async () => {
    const root = join(temporaryFolder(), 'ein Ordner #1 %20 ü');
    cpSync(project({ 'components/shout.ts': SHOUT }), root, { recursive: true });
    expect((await load(root)).components).toHaveLength(1);
  });

  it('are none in a project without the folder, nor with an empty one', async () => {
    expect((await load(project({ 'flowmason.json': '{}' }))).components).toEqual([]);
    expect((await load(project({ 'components/README.md': '' }))).components).toEqual([]);
  });

  it('fail with an error that has a type', async () => {
    const throwing = SHOUT.replace('{ defineComponent }', '{ defineComponent, StageError }').replace(
      '({ text: config.text.toUpperCase() })',
      '({ text: new StageError("COMPONENT", "no_text", "There is no text").code })',
    );
    expect((await load(project({ 'components/shout.ts': throwing }), [], 'shout')).output).toEqual({ text: 'no_text' });
  });
});

describe('a bad module', () => {
  it.each([
    ['a syntax error', 'x.ts', 'const a: number = 1;\nconst b = {;\n', /^COMPONENT_SYNTAX components\/x.ts:2:12 /],
    [
      'a syntax error in JavaScript',
      'x.js',
      'const a = 1;\nconst b = {;\n',
      /^COMPONENT_SYNTAX components\/x.js:2:12 /,
    ],
    [
      'an enum',
      'x.ts',
      '// one\nenum Color { Red }\n',
      /^COMPONENT_SYNTAX components\/x.ts:2:1 TypeScript enum is not supported in modules that run without a compiler/,
    ],
    [
      'a parameter property',
      'x.ts',
      'class A { constructor(private x: number) {} }\nexport default A;\n',
      /^COMPONENT_SYNTAX components\/x.ts:1:31 TypeScript parameter property/,
    ],
    ['a namespace', 'x.ts', 'namespace N { export const a = 1; }\n', /^COMPONENT_SYNTAX components\/x.ts:1:1 /],
    [
      'an import of a missing file',
      'x.ts',
      "\nimport a from './lib/nope.ts';\nexport default a;",
      /^COMPONENT_IMPORT components\/x.ts:2:\d+ There is no file .*nope.ts/,
    ],
    [
      'an import of a missing package',
      'x.js',
      "import a from 'left-pad';\nexport default a;",
      /^COMPONENT_IMPORT components\/x.js:1:16 There is no package `left-pad`/,
    ],
    [
      'an import of a missing name',
      'x.ts',
      "import { nothing } from 'valibot';\nexport default nothing;",
      /^COMPONENT_IMPORT components\/x.ts:1:10 .*'nothing'/,
    ],
    [
      'an exception',
      'x.ts',
      "\nfunction f(): never {\n  throw new TypeError('boom');\n}\nf();",
      /^COMPONENT_FAILED components\/x.ts:3:9 The module threw while it was loaded: TypeError: boom/,
    ],
    [
      'something thrown that is no error',
      'x.js',
      'throw null;',
      /^COMPONENT_FAILED components\/x.js:undefined:undefined .*null/,
    ],
    [
      'CommonJS',
      'x.js',
      "const a = require('fs');\nmodule.exports = a;",
      /^COMPONENT_FAILED components\/x.js:1:\d+ .*require is not defined/,
    ],
    [
      'no component',
      'x.ts',
      'export const a = 1;\nexport default () => 2;\n',
      /^COMPONENT_MISSING components\/x.ts:undefined:undefined The module exports no component/,
    ],
    ['nothing at all', 'x.ts', '', /^COMPONENT_MISSING /],
  ])('with %s is reported with its place', async (_, file, text, expected) => {
    expect(await problemsOf(file, text)).toEqual([expect.stringMatching(expected)]);
  });

  it('in a module below is reported there', async () => {
    const lib = { 'components/lib/a.ts': 'export const a = {;\n' };
    const [problem] = await problemsOf('x.ts', "import { a } from './lib/a.ts';\nexport default a;\n", lib);
    expect(problem).toMatch(/^COMPONENT_SYNTAX components\/lib\/a.ts:1:19 /);
  });

  it('is reported with all that is wrong in its declaration', async () => {
    const text = `import { defineComponent } from 'flowmason/component';
export default defineComponent({
  name: 'Bad Name', version: '1', summary: '', effects: 'no', config: { type: 'object' }, output: undefined,
  run: 'x', timeout: -1, maxAttempts: 0, cacheable: 1, category: 'control', example: [], fields: { a: { kind: 'stages' } }, sumary: 1,
});
`;
    const problems = await problemsOf('x.js', text);
    const fields = ['name', 'version', 'summary', 'effects', 'config', 'output', 'run', 'timeout', 'maxAttempts'];
    for (const field of [...fields, 'cacheable', 'category', 'example', 'fields', 'sumary']) {
      expect(problems).toContainEqual(
        expect.stringMatching(new RegExp(`^COMPONENT_INVALID components/x.js:3:9 .*\`${field}\``)),
      );
    }
    expect(problems).toHaveLength(14);
  });

  it('cannot have a schema that must be awaited', async () => {
    const text = SHOUT.replace('v.strictObject({ text: v.string() })', 'v.strictObjectAsync({ text: v.string() })');
    expect(await problemsOf('x.ts', text)).toEqual([expect.stringContaining('`config` must be a valibot schema')]);
  });

  it('cannot take a name that is taken', async () => {
    expect(await problemsOf('x.ts', SHOUT.replace("'shout'", "'logger'"))).toEqual([
      'COMPONENT_NAME_TAKEN components/x.ts:5:9 The name `logger` is taken by a built-in component',
    ]);
    expect(await problemsOf('b.ts', SHOUT, { 'components/a.ts': SHOUT })).toEqual([
      'COMPONENT_NAME_TAKEN components/b.ts:5:9 The name `shout` is taken by components/a.ts',
    ]);
  });

  it('does not hide the others', async () => {
    const { code, problems } = await load(
      project({
        'components/a.ts': 'enum A { B }',
        'components/b.ts': 'throw new Error("x");',
        'components/c.ts': SHOUT,
      }),
    );
    expect(code).toBe('INVALID_FILE');
    expect(problems?.map((problem) => problem.code)).toEqual(['COMPONENT_SYNTAX', 'COMPONENT_FAILED']);
  });
});

describe('components of a plugin', () => {
  const plugin = (components: unknown, text = SHOUT) =>
    project({
      'package.json': JSON.stringify({ name: 'my-plugin', type: 'module', flowmason: { components } }),
      'dist/all.js': text,
    });

  it('are those of the modules that its package.json names', async () => {
    const root = plugin('./dist/all.js');
    const { components, output } = await load(project({}), [{ name: 'my-plugin', root }], 'shout');
    expect(components).toMatchObject([{ name: 'shout', source: 'my-plugin', category: 'custom' }]);
    expect(output).toEqual({ text: 'HI' });
    expect((await load(project({}), [{ name: 'my-plugin', root: plugin(['dist/all.js']) }])).components).toHaveLength(
      1,
    );
  });

  it('may be a list', async () => {
    const text = SHOUT.replace('export default defineComponent', 'const shout = defineComponent').concat(
      'export const components = [shout];',
    );
    const { components } = await load(project({}), [{ name: 'p', root: plugin('./dist/all.js', text) }]);
    expect(components?.map(({ name }) => name)).toEqual(['shout']);
  });

  it('work in CommonJS, too', async () => {
    const text = SHOUT.replace(/import \{ (\w+) \} from ('.*');/, 'const { $1 } = require($2);')
      .replace(/import \* as v from ('.*');/, 'const v = require($1);')
      .replace('export default', 'module.exports =');
    const root = project({
      'package.json': '{ "name": "p", "flowmason": { "components": "./c.cjs" } }',
      'c.cjs': text,
    });
    expect((await load(project({}), [{ name: 'p', root }], 'shout')).output).toEqual({ text: 'HI' });
  });

  it('cannot be outside of the package', async () => {
    for (const path of ['../x.js', '/etc/passwd', 7]) {
      expect(await load(project({}), [{ name: 'p', root: plugin(path) }])).toMatchObject({
        code: 'INVALID_FILE',
        problems: [{ code: 'COMPONENT_MISSING' }],
      });
    }
  });

  it('cannot take the name of a component of the project', async () => {
    const { problems } = await load(project({ 'components/a.ts': SHOUT }), [
      { name: 'p', root: plugin('./dist/all.js') },
    ]);
    expect(problems).toMatchObject([
      { code: 'COMPONENT_NAME_TAKEN', message: expect.stringContaining('components/a.ts') },
    ]);
  });
});
