import type { JsonPath } from '../../core/json.ts';
import type { SourceFile } from '../../core/source/file.ts';
import type { Position } from '../result.ts';

/** The place of a value of a test file, cut to its first line. */
export function positionOf(source: SourceFile, path: JsonPath, part: 'key' | 'value' = 'value'): Position {
  const { line = 1, column = 1, offset = 0, length = 1 } = source.locate(path, part) ?? {};
  const end = source.text.slice(offset, offset + length).search(/[\r\n]/);
  return { file: source.file ?? '', line, column, length: end === -1 ? length : Math.max(1, end) };
}
