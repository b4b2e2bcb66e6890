import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readBlocks } from './blocks.ts';
import { mismatch } from './matches.ts';
import { SETUP, Shell } from './shell.ts';

// Writes what the commands of the README really print into it: `node test/readme/update.ts`, after `npm run build`.
const file = fileURLToPath(new URL('../../README.md', import.meta.url));
const markdown = readFileSync(file, 'utf8');
const lines: (string | undefined)[] = markdown.split('\n');
const shell = new Shell();
try {
  for (const block of readBlocks(markdown)) {
    if (block.kind === 'file') {
      shell.write(block.path, block.text);
      continue;
    }
    for (const { command, line, output } of block.steps) {
      const typed = command.replace(SETUP, '');
      if (!typed) continue;
      const actual = shell.type(typed);
      if (mismatch(output, actual, shell.folder) === undefined) continue;
      const from = line + command.split('\n').length - 1;
      const count = lines
        .slice(from)
        .findIndex((text) => text === undefined || text.startsWith('$ ') || text === '```');
      const shown = actual.replaceAll(shell.folder, '/home/you').trimEnd();
      // The first line takes the whole text, so that the numbers of later lines stay what they were.
      if (count === 0) lines[from - 1] += `\n${shown}`;
      else for (let i = 0; i < count; i++) lines[from + i] = i === 0 ? shown : undefined;
    }
  }
} finally {
  shell.remove();
}
writeFileSync(file, lines.filter((line) => line !== undefined).join('\n'));
