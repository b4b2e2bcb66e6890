import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { every } from '../../../testing/reporters/every.ts';
import { REPORTERS, type ReporterName } from '../../../testing/reporters/index.ts';
import type { Paint, Reporter } from '../../../testing/reporters/reporter.ts';
import { columns, paint } from '../../terminal.ts';
import type { Wanted } from './flags.ts';

/** Reporters that all hear of the same. */
export interface Outputs extends Reporter {
  /** Writes what goes to files. Throws FlowMasonError `FILE_SYSTEM`. */
  close(): void;
}

const plain: Paint = (_, text) => text;
const coloured: Paint = (style, text) => paint(style, text);

/** Opens reporters; those with a file write it when all is over, so that no half of one is ever read. */
export async function openOutputs(
  wanted: readonly Wanted<ReporterName>[],
  source: (file: string) => string | undefined,
  cwd: string,
): Promise<Outputs> {
  const files = new Map<string, string[]>();
  const opened = wanted.map(async ({ name, file }): Promise<Reporter> => {
    const create = await REPORTERS[name]();
    if (file === undefined) {
      const write = (text: string) => process.stdout.write(text);
      return create({ write, paint: coloured, columns: columns(), source });
    }
    const pieces: string[] = [];
    files.set(resolve(cwd, file), pieces);
    return create({ write: (text) => pieces.push(text), paint: plain, columns: 100, source });
  });
  return {
    ...every(await Promise.all(opened)),
    close() {
      for (const [file, pieces] of files) writeReport(file, pieces.join(''));
    },
  };
}

/** Writes a report, with the folders that lead to it. */
export function writeReport(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
