import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fail } from '../../core/errors.ts';
import { shownPath } from '../../hosts/node/shown-path.ts';
import { findFiles } from './find-files.ts';
import { isFileWord } from './load.ts';
import type { Workspace } from './workspace.ts';

export const TEST_SUFFIX = '.test.json';
/** Where tests of a project are. */
const FOLDERS = ['pipelines', 'tests'];

/**
 * Test files, absolute and sorted: of the project, or those that `words` name: files, folders, or names of test files
 * (`my-pipeline` for `my-pipeline.test.json`). Throws FlowMasonError `NOT_FOUND`, `NO_TESTS`.
 */
export function findTests(workspace: Workspace, words: readonly string[]): string[] {
  const { project, cwd } = workspace;
  const all = project
    ? FOLDERS.flatMap((folder) => findFiles(project.root, folder, TEST_SUFFIX, cwd).files).sort()
    : [];
  if (words.length > 0) return [...new Set(words.flatMap((word) => named(word, all, workspace)))];
  if (!project) {
    fail('NOT_FOUND', 'There is no project here: no flowmason.json in this folder or above', {
      hint: 'fm test ./my.test.json, or fm init my-project',
    });
  }
  if (all.length > 0) return all;
  return fail('NO_TESTS', `There is no *${TEST_SUFFIX} in ${FOLDERS.map((folder) => `${folder}/`).join(' or ')}`, {
    hint: 'fm init my-project shows what one looks like',
  });
}

function named(word: string, all: readonly string[], { cwd, project }: Workspace): string[] {
  const path = resolve(cwd, word);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return below(path, word);
  if (isFileWord(word)) return [path];
  const found = all.filter(
    (file) => file.endsWith(`/${word}${TEST_SUFFIX}`) || file.endsWith(`\\${word}${TEST_SUFFIX}`),
  );
  if (found.length > 0) return found;
  const files = all.map((file) => shownPath(cwd, file)).slice(0, 10);
  const known = project && files.length > 0 ? `; there are ${files.join(', ')}` : '';
  return fail('NOT_FOUND', `There is no test file ${word}${TEST_SUFFIX}${known}`, { hint: 'fm test --list' });
}

function below(folder: string, word: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith(TEST_SUFFIX));
  if (files.length === 0) fail('NO_TESTS', `There is no *${TEST_SUFFIX} in ${word}`, { hint: 'fm test --list' });
  return files.sort().map((file) => join(folder, file));
}
