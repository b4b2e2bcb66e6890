import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempFolder } from '../setup/fm.ts';
import { shell } from '../setup/in-process.ts';

/** What a real bash offers for lines that were typed so far; the last word is being completed. */
function completed(script: string, cwd: string, lines: readonly string[]): string[][] {
  const ask = lines.map((line) => {
    const words = line.split(' ');
    const quoted = words.map((word) => `'${word}'`).join(' ');
    return `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _fm; echo "\${COMPREPLY[*]}"`;
  });
  const out = execFileSync('bash', ['--norc', '-c', `${script}\n${ask.join('\n')}`], { cwd, encoding: 'utf8' });
  return out
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ').filter(Boolean));
}

it('fm completion bash completes commands, flags, values, codes and pipelines', async () => {
  const root = tempFolder();
  mkdirSync(join(root, 'pipelines'));
  writeFileSync(join(root, 'flowmason.json'), '{ "name": "shop" }');
  for (const name of ['orders', 'other']) writeFileSync(join(root, 'pipelines', `${name}.pipeline.json`), '{}');
  const { code, stdout } = await shell(root)('completion', 'bash');
  expect(code).toBe(0);
  const [top, below, flags, short, values, equals, code3, pipelines, inside] = completed(stdout, root, [
    'fm co',
    'fm config ',
    'fm validate --st',
    'fm graph x -',
    'fm graph x --format ',
    'fm graph x -f mer',
    'fm explain INVALID_F',
    'fm run or',
    'fm --json graph oth',
  ]);
  expect(top).toEqual(['completion', 'components', 'config']);
  expect(below).toEqual(['explain', 'get', 'list', 'set', 'unset']);
  expect(flags).toEqual(['--strict']);
  expect(short).toEqual(expect.arrayContaining(['--format', '--json', '--help']));
  expect(values).toEqual(['text', 'mermaid', 'dot', 'json']);
  expect(equals).toEqual(['mermaid']);
  expect(code3).toEqual(['INVALID_FILE']);
  expect(pipelines).toEqual(['orders']);
  expect(inside).toEqual(['other']);
});

it('fm completion zsh and fish name every command', async () => {
  const fm = shell(tempFolder());
  const zsh = (await fm('completion', 'zsh')).stdout;
  expect(zsh).toMatch(/^#compdef fm flowmason\n/);
  expect(zsh).toContain("'validate:Check pipelines without running anything.'");
  expect(zsh).toContain("'--strict:Warnings fail, too.'");
  const fish = (await fm('completion', 'fish')).stdout;
  expect(fish).toContain(`complete -c fm -n "__fm_at 'config'" -a 'set' -d `);
  expect(fish).toContain(`complete -c fm -n "__fm_in 'validate'" -l strict `);
  // Both quote as their shell does: what stands between quotes never ends early.
  for (const script of [zsh, fish])
    expect(script.match(/(?<!\\)'/g)?.length ?? 1).toSatisfy((count: number) => count % 2 === 0);
});
