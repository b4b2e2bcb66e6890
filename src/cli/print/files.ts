import { shownPath } from '../../hosts/node/shown-path.ts';

export function writtenFilesText(files: readonly string[], cwd: string): string {
  return files.map((file) => `Wrote ${shownPath(cwd, file)}`).join('\n');
}
