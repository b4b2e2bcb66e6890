import type { CoverageReport } from '../coverage.ts';
import { coberturaReport } from './cobertura.ts';
import { jsonReport } from './json.ts';
import { lcovReport } from './lcov.ts';
import { plainText } from './text.ts';

/** A way to report coverage, and the file that it is written to unless another one is named. */
export interface ReportKind {
  readonly file: string;
  readonly report: CoverageReport;
}

/** Every report by the name that is typed: one line here, one file beside it. */
export const REPORTS = {
  text: { file: 'coverage.txt', report: plainText },
  json: { file: 'coverage.json', report: jsonReport },
  lcov: { file: 'lcov.info', report: lcovReport },
  cobertura: { file: 'cobertura-coverage.xml', report: coberturaReport },
  html: { file: 'coverage.html', report: async (...given) => (await import('./html.ts')).htmlReport(...given) },
} satisfies Readonly<Record<string, ReportKind>>;

export type ReportName = keyof typeof REPORTS;
