import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBlocks } from './blocks.ts';
import { mismatch } from './matches.ts';
import { PORTS, SETUP, Shell } from './shell.ts';

const README = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');
const PACKAGE: { scripts: Record<string, string> } = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8'),
);

/** Carries the page out from top to bottom, as a reader would; `node test/readme/update.ts` writes new output into it. */
describe('the README', () => {
  const shell = new Shell();
  beforeAll(() => shell.moveTo(PORTS));
  afterAll(() => shell.remove());
  const blocks = readBlocks(README);

  it('begins with two commands that set up, run and test', () => {
    const steps = blocks.flatMap((block) => (block.kind === 'session' ? block.steps : []));
    expect(steps[0]?.command).toMatch(/^npm ci && node bin\/fm\.js run src\/templates\/\S+\.pipeline\.json$/);
    expect(steps[1]?.command).toBe('npm test');
    expect(PACKAGE.scripts.test).toContain('vitest run');
  });

  for (const block of blocks) {
    if (block.kind === 'file') {
      it(`line ${block.line}: ${block.path}`, () => shell.write(block.path, block.text));
      continue;
    }
    for (const step of block.steps) {
      const command = step.command.replace(SETUP, '');
      if (!command) continue;
      it(`line ${step.line}: ${step.command}`, async () => {
        const printed = await shell.carryOut(command);
        expect(mismatch(step.output, printed, shell.folder), printed).toBeUndefined();
      });
    }
  }
});
