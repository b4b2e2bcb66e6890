import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../setup/fm.ts';

export interface PluginParts {
  readonly name?: string;
  readonly version?: string;
  /** The `oclif` section; null for none. */
  readonly oclif?: object | null;
  /** `flowmason.components`; null for none. */
  readonly components?: string | null;
  /** Files of the package, by path, beside or in place of the usual ones. */
  readonly files?: Readonly<Record<string, string>>;
}

const COMMAND = `const { Command, Flags } = require('@oclif/core');
class Greet extends Command {
  async run() {
    const { flags } = await this.parse(Greet);
    this.log('Hello, ' + flags.name);
  }
}
Greet.summary = 'Greet somebody.';
Greet.examples = ['<%= config.bin %> greet --name Ada'];
Greet.flags = { name: Flags.string({ default: 'you', description: 'Whom to greet.' }) };
module.exports = Greet;
`;

const COMPONENTS = `import { defineComponent, StageError } from 'flowmason/component';
import * as v from 'valibot';
export const reverse = defineComponent({
  name: 'reverse', version: '2.0.0', summary: 'Turns a text around.', effects: false,
  config: v.strictObject({ text: v.string() }), output: v.object({ text: v.string() }),
  run({ text }) {
    if (text === '') throw new StageError('VALIDATION', 'empty', 'There is nothing to turn around');
    return { text: [...text].reverse().join('') };
  },
});
`;

/**
 * Installs a small plugin, as npm would, into `<folder>/node_modules`: a command in CommonJS that brings its own
 * `@oclif/core`, and a component as an ES module.
 */
export function installPlugin(folder: string, parts: PluginParts = {}): string {
  const { name = 'fm-plugin-greet', version = '1.2.0', oclif, components, files } = parts;
  const root = join(folder, 'node_modules', name);
  const section = oclif === undefined ? { commands: './commands' } : oclif;
  const manifest = {
    name,
    version,
    ...(section === null ? {} : { oclif: section }),
    ...(components === null ? {} : { flowmason: { components: components ?? './components.mjs' } }),
  };
  write(root, {
    'package.json': JSON.stringify(manifest),
    'commands/greet.js': COMMAND,
    'components.mjs': COMPONENTS,
    ...files,
  });
  mkdirSync(join(root, 'node_modules', '@oclif'), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules', '@oclif', 'core'), join(root, 'node_modules', '@oclif', 'core'));
  return root;
}

/** A project with one pipeline whose only stage is the given one. */
export function writeProject(root: string, plugins: readonly string[], stage: object): void {
  write(root, {
    'flowmason.json': JSON.stringify({ name: 'shop', plugins }),
    'pipelines/one.pipeline.json': JSON.stringify({ name: 'one', stages: [stage] }),
  });
}

export function write(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
