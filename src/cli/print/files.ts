import { shownPath } from '../../hosts/node/shown-path.ts';

export function writtenFilesText(files: readonly string[], cwd: string, dryRun: boolean): string {
  return files.map((file) => `${dryRun ? 'Would write' : 'Wrote'} ${shownPath(cwd, file)}`).join('\n');
}
