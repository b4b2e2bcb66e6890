import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { EXITS } from '../../src/cli/exits.ts';
import { BUILT_INS } from '../../src/components/index.ts';
import { PIPELINE, STAGE } from '../../src/core/compile/definition.ts';
import { FUNCTIONS } from '../../src/core/expression/functions/index.ts';
import { MACROS } from '../../src/core/expression/macros.ts';
import { own } from '../../src/core/json.ts';
import { describe as descriptorOf } from '../../src/executor/describe.ts';

const README = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');

/** Words in code marks: `` `a`, `b c` `` gives a, b, c. */
function words(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].flatMap((match) => (match[1] ?? '').split(' '));
}

/** Rows of the tables under a heading, as their cells. */
function rows(heading: string): string[][] {
  const section = README.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`no section "${heading}"`);
  const lines = section.split('\n').filter((line) => /^\| .*\|$/.test(line) && !/^\| -/.test(line));
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim()),
  );
}

function keysOf(schema: unknown): string[] {
  const properties = typeof schema === 'object' && schema !== null ? own(schema, 'properties') : undefined;
  return typeof properties === 'object' && properties !== null ? Object.keys(properties).sort() : [];
}

describe('the reference names', () => {
  it.each([
    ['The file', PIPELINE],
    ['A stage', STAGE],
  ])('every field of "%s" and no other', (heading, schema) => {
    const named = rows(heading).flatMap(([field = '']) => words(field));
    const known = keysOf(schema).filter((key) => key !== '$schema');
    expect(named.sort()).toEqual(known);
  });

  describe('of each component', () => {
    const documented = new Map(rows('Components').map(([name = '', ...cells]) => [words(name)[0], cells]));

    it.each(BUILT_INS.map((component) => descriptorOf(component, 'built-in')))(
      '$name: config and output',
      (descriptor) => {
        const [config = '', output = ''] = documented.get(descriptor.name) ?? [];
        const shared = descriptor.category === 'ai' ? ['max_tokens', 'model', 'temperature'] : [];
        expect(
          words(config)
            .filter((word) => /^[a-z_]+$/.test(word))
            .sort(),
        ).toEqual(keysOf(descriptor.config).filter((key) => !shared.includes(key)));
        const always = descriptor.category === 'ai' ? ['finish_reason', 'model', 'usage'] : [];
        expect(words(output).sort()).toEqual(keysOf(descriptor.output).filter((key) => !always.includes(key)));
      },
    );
  });

  it('every function of expressions and no other', () => {
    const named = rows('Templates and expressions')
      .filter(([kind = '']) => /^[a-z]+$/.test(kind) && kind !== 'root')
      .flatMap(([, list = '']) => [...list.replaceAll(/\(.*?\)/g, '').matchAll(/\w+/g)].map(([name]) => name));
    expect(named.sort()).toEqual([...FUNCTIONS.keys(), ...MACROS.keys(), 'default'].sort());
  });

  it('every command', () => {
    const documented = rows('Commands').flatMap(([command = '']) => words(command).join(' ').split('fm '));
    for (const id of Object.keys(COMMANDS))
      expect(documented.map((line) => line.trim().replaceAll(/ ?[A-Z[].*/g, ''))).toContain(id.replaceAll(':', ' '));
  });

  it('every exit code', () => {
    const documented = rows('Exit codes').flatMap(([code = '']) => words(code).map(Number));
    expect(documented.sort((a, b) => a - b)).toEqual(Object.keys(EXITS).map(Number));
  });
});
