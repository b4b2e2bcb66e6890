import { printable } from '../../core/quote.ts';
import type { ListedTest } from '../actions/test/list.ts';
import type { RecordedTest } from '../actions/test/record.ts';
import { paint } from '../terminal.ts';
import { counted } from './validate.ts';

/** The tests file by file, each with its line. */
export function testListText(tests: readonly ListedTest[]): string {
  const files = Map.groupBy(tests, ({ file }) => file);
  const blocks = [...files].map(([file, listed]) => {
    const lines = listed.map(({ name, line, tags, skip }) => {
      const marks = [...(skip ? ['skipped'] : []), ...tags].join(', ');
      return `  ${printable(name)}${paint('dim', `  line ${line}${marks === '' ? '' : `  ${printable(marks)}`}`)}`;
    });
    return [`${paint('bold', file)}  ${printable(listed[0]?.suite ?? '')}`, ...lines].join('\n');
  });
  return [...blocks, counted(tests.length, 'test')].join('\n\n');
}

/** What was recorded, or the test itself where nothing was written. */
export function recordedTestText({ run_id, file, name, written, test, notes, next }: RecordedTest): string {
  const remarks = notes.map((note) => `Note: ${note}`);
  if (!written) return [JSON.stringify(test, null, 2), ...remarks].join('\n');
  return [`Added the test "${printable(name)}" of run ${run_id} to ${file}`, ...remarks, '', 'Next:', `  ${next}`].join(
    '\n',
  );
}
