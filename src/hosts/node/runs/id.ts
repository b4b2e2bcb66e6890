import { existsSync, readdirSync } from 'node:fs';
import { fail } from '../../../core/errors.ts';
import { errorCode } from '../atomic-file.ts';
import { randomBytes } from '../random.ts';
import { runsFolder } from './layout.ts';

/** Crockford's base32: no letter that looks like a digit, and text order is number order. */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_DIGITS = 9;
const RANDOM_BYTES = 7;
const FORM = /^[0-9a-hjkmnp-tv-z]{16}$/;

/** A run's id: nine characters of milliseconds, seven of chance. Sortable by time, not to be guessed. */
export function newRunId(now: number): string {
  let id = '';
  for (let rest = Math.floor(now); id.length < TIME_DIGITS; rest = Math.floor(rest / 32)) id = DIGITS[rest % 32] + id;
  for (const byte of randomBytes(RANDOM_BYTES)) id += DIGITS[byte % 32];
  return id;
}

export function isRunId(text: string): boolean {
  return FORM.test(text);
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
