import type { FlowMasonError } from '../../../core/errors.ts';
import { invalidFiles } from './load.ts';
import { prepareTests, type TestRequest } from './run.ts';

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
  const { selected, loaded } = await prepareTests(request);
  const tests = selected.suites.flatMap(({ suite, tests: chosen }) =>
    chosen.map(({ name, position, tags, skip }): ListedTest => {
      const { file, line } = position;
      return { suite: suite.name, name, file, line, subject: suite.subject.name, tags, skip };
    }),
  );
  return { tests, error: invalidFiles(loaded.problems) };
}
