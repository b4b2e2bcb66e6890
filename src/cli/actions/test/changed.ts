import { basename, join, sep } from 'node:path';
import { fail } from '../../../core/errors.ts';
import { stagesOf } from '../../../testing/suite/reference.ts';
import type { Test } from '../../../testing/suite/suite.ts';
import { PROJECT_FILE } from '../../project/find.ts';
import { PIPELINE_SUFFIX } from '../../project/pipelines.ts';
import { git } from '../git.ts';
import type { LoadedSuite } from './load.ts';
import { snapshotFile } from './snapshots.ts';

/**
 * Whether a change of some files touches a suite: its own file, its pipeline or one that it calls, a component of the
 * project that one of those has, or the project's file. `files` are absolute.
 */
export function isTouched({ file, suite, pipelines }: LoadedSuite, files: ReadonlySet<string>, root: string): boolean {
  if (files.has(file) || files.has(snapshotFile(file)) || files.has(join(root, PROJECT_FILE))) return true;
  const names = [...files].filter(isPipeline).map((each) => basename(each, PIPELINE_SUFFIX));
  if (names.some((name) => pipelines.has(name))) return true;
  const components = `${join(root, 'components')}${sep}`;
  if (![...files].some((each) => each.startsWith(components))) return false;
  return suite.subject.kind === 'component' || suite.tests.some(hasOwnComponent);
}

function isPipeline(file: string): boolean {
  return file.endsWith(PIPELINE_SUFFIX);
}

/** Which module a component's module imports is not known, so that any change under `components/` may touch it. */
function hasOwnComponent({ plans }: Test): boolean {
  return [...plans.all.values()].some(({ main }) =>
    [...stagesOf(main)].some(({ component }) => component.source === 'project'),
  );
}

/**
 * Files of the project that differ from a git revision, those that git does not know yet included; absolute. Throws
 * FlowMasonError `USAGE` for a revision that there is not.
 */
export function changedFiles(root: string, revision: string): Set<string> {
  if (revision.startsWith('-')) badRevision(revision, 'it begins with -');
  const differing = ask(root, revision, ['diff', '--name-only', '--relative', '-z', revision, '--', '.']);
  const untracked = ask(root, revision, ['ls-files', '--others', '--exclude-standard', '-z', '--', '.']);
  const names = `${differing}${untracked}`.split('\0').filter((name) => name !== '');
  return new Set(names.map((name) => join(root, ...name.split('/'))));
}

function ask(root: string, revision: string, args: readonly string[]): string {
  const answer = git(root, args);
  if (!('refused' in answer)) return answer.toString();
  if (answer.refused === 'missing') fail('USAGE', '--changed asks git, which is not installed', { hint: 'fm test' });
  if (answer.refused === 'error') return badRevision(revision, answer.said);
  return fail('USAGE', '--changed compares with a git revision, and this folder is in no git repository', {
    hint: 'fm test',
  });
}

function badRevision(revision: string, why: string): never {
  fail('USAGE', `git cannot compare with "${revision}": ${why}`, { hint: 'fm test --changed main' });
}
