import { resolve } from 'node:path';
import { fail } from '../../core/errors.ts';
import { readRun } from '../../hosts/node/runs/read.ts';
import type { RunFlags } from './run/flags.ts';
import { openHome } from './run/home.ts';
import { runOnce } from './run/once.ts';

/** Runs the file of a recorded run again, with its input or another one; answers the exit code. */
export async function replayRecorded(word: string, flags: RunFlags): Promise<number> {
  const { workspace, home } = openHome();
  const { record } = readRun(home, word);
  const root = workspace.project?.root;
  if (record.file === null || root === undefined) {
    fail('USAGE', `The pipeline of run ${record.run_id} came from stdin, so there is no file to run again`, {
      hint: `fm run - --input '${JSON.stringify(record.input)}'`,
    });
  }
  const isChanged = flags.input !== undefined || flags['input-file'] !== undefined;
  const input = isChanged ? flags.input : JSON.stringify(record.input);
  return runOnce(resolve(root, record.file), { ...flags, input });
}
