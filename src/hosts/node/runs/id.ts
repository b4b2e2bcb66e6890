import { existsSync, readdirSync } from 'node:fs';
import { fail } from '../../../core/errors.ts';
import { isRunId, RUN_ID_BYTES, runIdOf } from '../../../core/run-id.ts';
import { errorCode } from '../atomic-file.ts';
import { randomBytes } from '../random.ts';
import { runsFolder } from './layout.ts';

/** A new run's id, as `runIdOf` makes it. */
export function newRunId(now: number): string {
  return runIdOf(now, randomBytes(RUN_ID_BYTES));
}

/** The ids of a project's recorded runs, newest first. A folder is a run when it holds `run.json`. */
export function runIds(home: string): string[] {
  try {
    const folder = runsFolder(home);
    const ids = readdirSync(folder).filter((name) => isRunId(name) && existsSync(`${folder}/${name}/run.json`));
    return ids.sort().reverse();
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}

/** The one id that `word` means: an id, a unique prefix, or `last`. Throws FlowMasonError `NOT_FOUND`, `USAGE`. */
export function findRunId(home: string, word: string): string {
  const ids = runIds(home);
  const [newest] = ids;
  if (newest === undefined) {
    fail('NOT_FOUND', `There is no run \`${word}\`: nothing has been recorded in ${runsFolder(home)}`, {
      hint: 'fm run pipelines/NAME.pipeline.json',
    });
  }
  if (word === 'last') return newest;
  const matches = word === '' ? [] : ids.filter((id) => id.startsWith(word.toLowerCase()));
  const [match, ...others] = matches;
  if (match === undefined) {
    fail('NOT_FOUND', `There is no run \`${word}\` among the ${ids.length} recorded ones; the newest is ${newest}`, {
      hint: 'fm runs list',
    });
  }
  if (others.length > 0) {
    fail('USAGE', `\`${word}\` could be ${matches.length} runs: ${matches.slice(0, 5).join(', ')}`, {
      hint: 'Type more of the id, or `last` for the newest run.',
    });
  }
  return match;
}
