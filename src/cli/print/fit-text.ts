import { characterWidth, displayWidth, wrapLine } from '../../core/columns.ts';

/**
 * Breaks a text at its spaces, and words that are too long anywhere, so that no line takes more columns. `indent` stands
 * before every line.
 */
export function fitText(text: string, columns: number, indent = ''): string[] {
  const room = columns - indent.length;
  return text
    .split('\n')
    .flatMap((line) => wrapLine(line, room))
    .flatMap((line) => broken(line, room))
    .map((line) => `${indent}${line.trimEnd()}`.trimEnd());
}

function broken(line: string, columns: number): string[] {
  if (displayWidth(line) <= columns) return [line];
  const lines: string[] = [];
  let [start, at, used] = [0, 0, 0];
  for (const character of line) {
    const width = characterWidth(character);
    if (used + width > columns && at > start) {
      lines.push(line.slice(start, at));
      [start, used] = [at, 0];
    }
    at += character.length;
    used += width;
  }
  return [...lines, line.slice(start)];
}

/** A word of a command line, quoted parts with it. */
const WORD = /(?:'[^']*'|\\.|[^\s'\\])+/g;

/** A command on lines that a shell takes for one: between words, with `\` at the ends. A word is never broken. */
export function fitCommand(command: string, columns: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const [word] of command.matchAll(WORD)) {
    if (current !== '' && displayWidth(current) + displayWidth(word) + 3 > columns) {
      lines.push(`${current} \\`);
      current = `  ${word}`;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return [...lines, current];
}
