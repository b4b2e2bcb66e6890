import { shownPath } from '../project/read-text.ts';

export function writtenFilesText(files: readonly string[], cwd: string): string {
  return files.map((file) => `Wrote ${shownPath(cwd, file)}`).join('\n');
}
