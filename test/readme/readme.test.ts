import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readBlocks, type Step } from './blocks.ts';
import { normalise } from './normal.ts';
import { Shell } from './shell.ts';

const README = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');
const PACKAGE: { scripts: Record<string, string> } = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8'),
);

/** What only a fresh clone can do; CI carries it out as it is written. */
const SETUP = /^npm (ci|test)( && )?/;

describe('the README', () => {
  const shell = new Shell();
  afterAll(() => shell.remove());
  const blocks = readBlocks(README);

  it('begins with two commands that set up, run and test', () => {
    const commands = blocks
      .flatMap((block) => (block.kind === 'session' ? block.steps : []))
      .map((step) => step.command);
    expect(commands[0]).toMatch(/^npm ci && node bin\/fm\.js run src\/templates\/\S+\.pipeline\.json$/);
    expect(commands[1]).toBe('npm test');
    expect(PACKAGE.scripts.test).toContain('vitest run');
  });

  for (const block of blocks) {
    if (block.kind === 'file') it(`line ${block.line}: ${block.path}`, () => shell.write(block.path, block.text));
    else
      for (const step of block.steps) {
        const command = step.command.replace(SETUP, '');
        if (command)
          it(`line ${step.line}: ${step.command}`, () => expectOutput(step, shell.type(command), shell.folder));
      }
  }
});

/** A `…` on a line of its own stands for lines that the page leaves out. */
function expectOutput(step: Step, actual: string, folder: string): void {
  const expected = normalise(step.output, folder);
  const found = normalise(actual, folder);
  if (!/^…$/m.test(expected)) {
    expect(found).toBe(expected);
    return;
  }
  let rest = found;
  for (const part of expected.split(/^…$/m).map((piece) => piece.trim())) {
    const at = rest.indexOf(part);
    expect(at, `"${part}" in what is left:\n${rest}`).toBeGreaterThanOrEqual(0);
    rest = rest.slice(at + part.length);
  }
}
