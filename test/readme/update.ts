import { readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { readBlocks, type Step } from './blocks.ts';
import { mismatch } from './matches.ts';
import { PORTS, SETUP, Shell } from './shell.ts';

// Writes what the commands of the README really print into it: `node test/readme/update.ts`, after `npm run build`.
const file = fileURLToPath(new URL('../../README.md', import.meta.url));
const markdown = readFileSync(file, 'utf8');
const ran: { readonly step: Step; readonly shown: string; readonly differs: boolean }[] = [];
const shell = new Shell();
await shell.moveTo(PORTS);
const who = userInfo().username;
/** Without what belongs to this machine. */
const shownOf = (printed: string): string =>
  printed
    .replaceAll(shell.folder, '/home/you')
    .replace(/^#\d+ .*$/gm, (row) => row.replace(` ${who} `, ` ${'ada'.padEnd(who.length)} `))
    .trimEnd();
try {
  for (const block of readBlocks(markdown)) {
    if (block.kind === 'file') shell.write(block.path, block.text);
    else
      for (const step of block.steps) {
        const command = step.command.replace(SETUP, '');
        if (!command) continue;
        const actual = await shell.carryOut(command);
        const differs = mismatch(step.output, actual, shell.folder) !== undefined;
        ran.push({ step, shown: shownOf(actual), differs });
      }
  }
} finally {
  await shell.remove();
}

// One run's id stands in several places, so either all outputs are of this session or none.
if (ran.some(({ differs }) => differs)) {
  const lines: (string | undefined)[] = markdown.split('\n');
  for (const { step, shown, differs } of ran) {
    if (!differs && /^…$/m.test(step.output)) continue;
    const from = step.line + step.command.split('\n').length - 1;
    const count = lines.slice(from).findIndex((text) => text?.startsWith('$ ') || text === '```');
    // The last line of the command takes the output with it, so that the numbers of later lines stay what they were.
    lines.fill(undefined, from, from + count);
    if (shown) lines[from - 1] += `\n${shown}`;
  }
  writeFileSync(file, lines.filter((line) => line !== undefined).join('\n'));
}
