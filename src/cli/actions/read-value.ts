import { readFileSync } from 'node:fs';
import { ask } from '../prompt.ts';

/** A value that is not typed on the command line: asked for on a terminal, else the first line of stdin. */
export async function readValue(key: string, secret: boolean): Promise<string> {
  if (process.stdin.isTTY) return secret ? ask.password({ message: key }) : ask.input({ message: key });
  return readFileSync(0, 'utf8').split(/\r?\n/, 1)[0] ?? '';
}
