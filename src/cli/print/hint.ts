import { paint } from '../terminal.ts';

/** A hint as the last line of an error: `Try: …`. A question that suggests something becomes the suggestion. */
export function hintText(hint: string, stream: NodeJS.WriteStream = process.stdout): string {
  const suggestion = /^Did you mean (.+)\?$/.exec(hint)?.[1] ?? hint;
  return `${paint('cyan', 'Try:', stream)} ${suggestion}`;
}
