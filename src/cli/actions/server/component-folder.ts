import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fail } from '../../../core/errors.ts';
import { quote } from '../../../core/quote.ts';
import { commandLine } from '../../usage.ts';

/** The folder that `--project` of a server or a worker names. Throws FlowMasonError `USAGE` when there is none. */
export function componentFolder(cwd: string, typed: string, command: 'serve' | 'worker'): string {
  const folder = resolve(cwd, typed);
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory()) return folder;
  return fail('USAGE', `--project: expected a folder, found ${found ? 'a file' : 'nothing'} at ${quote(folder, 200)}`, {
    hint: commandLine(command, ['--project', '.']),
  });
}
