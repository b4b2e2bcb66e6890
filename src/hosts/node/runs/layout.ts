import { lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../../core/errors.ts';
import { errorCode } from '../atomic-file.ts';

/** Where a project's runs are kept. `home` is its `.flowmason` folder. */
export function runsFolder(home: string): string {
  return join(home, 'runs');
}

/** The files of one run. */
export interface RunFiles {
  readonly id: string;
  readonly folder: string;
  readonly record: string;
  readonly pipelines: string;
  readonly journal: string;
  /** What `--from` took out of the journal. */
  readonly history: string;
  readonly outcome: string;
  /** Data that was sent, a file each. */
  readonly signals: string;
  /** What the executing process waits for now. */
  readonly waiting: string;
}

export function runFiles(home: string, id: string): RunFiles {
  const folder = join(runsFolder(home), id);
  return {
    id,
    folder,
    record: join(folder, 'run.json'),
    pipelines: join(folder, 'pipeline.json'),
    journal: join(folder, 'journal.ndjson'),
    history: join(folder, 'history.ndjson'),
    outcome: join(folder, 'outcome.json'),
    signals: join(folder, 'signals'),
    waiting: join(folder, 'waiting.json'),
  };
}

/** Makes `home` and a folder in it; both must be real folders, so that a link cannot lead writing out of the project. */
export function makeFolder(home: string, folder: string): void {
  if (makeReal(home)) writeFileSync(join(home, '.gitignore'), '*\n', { mode: 0o600 });
  makeReal(folder);
}

function makeReal(folder: string): boolean {
  try {
    mkdirSync(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
  if (!lstatSync(folder).isDirectory()) {
    fail(
      'RECORD_UNWRITABLE',
      `${folder} is not a folder of its own but a file or a link, so nothing is written there`,
      {
        hint: `Move it away, and FlowMason makes a folder: mv ${folder} ${folder}.old`,
      },
    );
  }
  return false;
}
