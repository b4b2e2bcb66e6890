import type { FlowMasonError } from '../../../core/errors.ts';
import { invalidFiles } from './load.ts';
import { noTests, prepareTests, type TestRequest } from './prepare.ts';

/** A test as `fm test --list` shows it. */
export interface ListedTest {
  readonly suite: string;
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly subject: string;
  readonly tags: readonly string[];
  readonly skip: boolean;
}

/** The tests that would run. Throws as `prepareTests`. */
export async function listTests(
  request: TestRequest,
): Promise<{ readonly tests: ListedTest[]; readonly error: FlowMasonError | undefined }> {
  const prepared = await prepareTests(request);
  const tests: ListedTest[] = [];
  for await (const { suite, tests: chosen } of prepared.suites()) {
    for (const { name, position, tags, skip } of chosen) {
      const { file, line } = position;
      tests.push({ suite: suite.name, name, file, line, subject: suite.subject.name, tags, skip });
    }
  }
  const error = invalidFiles(prepared.loader.problems);
  if (tests.length === 0 && !error) noTests(request.flags);
  return { tests, error };
}
