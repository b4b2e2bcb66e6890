import type { JsonObject } from '../../../core/json.ts';
import type { SourceFile } from '../../../core/source/file.ts';

/** A test file with one test. */
export function newTestFile(pipeline: string, test: JsonObject): string {
  const file = { $schema: '../.flowmason/schemas/test.schema.json', name: pipeline, pipeline, tests: [test] };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** The text of a test file with one more test behind the last one; every other byte stays. */
export function withTest(source: SourceFile, test: JsonObject): string {
  const { text, value } = source;
  const { tests } = value as { tests: JsonObject[] }; // the file was checked
  const place = source.locate(['tests', tests.length - 1]);
  const end = (place?.offset ?? 0) + (place?.length ?? 0);
  const indent = ' '.repeat(Math.max(0, (place?.column ?? 1) - 1));
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = JSON.stringify(test, null, 2).split('\n');
  const added = lines.map((line) => `${indent}${line}`).join(lineEnd);
  return `${text.slice(0, end)},${lineEnd}${added}${text.slice(end)}`;
}
