import { expect, it } from 'vitest';
import { REPORTS } from '../../../src/testing/coverage/reports/index.ts';
import { OPTIONS, templatesCoverage } from './sample.ts';

it('knows every report by its name, and the file that it goes to', async () => {
  const files = Object.entries(REPORTS).map(([name, { file }]) => `${name} ${file}`);
  expect(files).toEqual([
    'text coverage.txt',
    'json coverage.json',
    'lcov lcov.info',
    'cobertura cobertura-coverage.xml',
    'html coverage.html',
  ]);
  const coverage = templatesCoverage();
  const texts = await Promise.all(Object.values(REPORTS).map(({ report }) => report(coverage, OPTIONS)));
  expect(texts.map((text) => text.slice(0, 8))).toEqual(['Pipeline', '{\n  "flo', 'TN:\nSF:p', '<?xml ve', '<!doctyp']);
  for (const text of texts) for (const { pipeline } of coverage.pipelines) expect(text).toContain(pipeline);
});
