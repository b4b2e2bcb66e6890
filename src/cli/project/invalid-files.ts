import { FlowMasonError } from '../../core/errors.ts';
import type { Problem } from '../../core/problem.ts';

/** Throws FlowMasonError `INVALID_FILE` with the problems of all files. `only`: the file, when no problem names one. */
export function invalidFiles(problems: readonly Problem[], only?: string): never {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const files = new Set(problems.map(({ file }) => file));
  const where = files.size > 1 ? `${files.size} files` : (problems[0]?.file ?? only ?? 'The pipeline');
  const count = errors === 1 ? 'a problem' : `${errors} problems`;
  throw new FlowMasonError('INVALID_FILE', `${where} ${files.size > 1 ? 'have' : 'has'} ${count}`, { problems });
}
