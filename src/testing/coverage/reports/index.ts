import type { CoverageReport } from '../coverage.ts';

/** A way to report coverage, and the file that it is written to unless another one is named. */
export interface ReportKind {
  readonly file: string;
  readonly report: CoverageReport;
}

/** Every report by the name that is typed: one line here, one file beside it, loaded when it is made. */
export const REPORTS = {
  text: { file: 'coverage.txt', report: async (coverage) => (await import('./text.ts')).plainText(coverage) },
  json: { file: 'coverage.json', report: async (...given) => (await import('./json.ts')).jsonReport(...given) },
  lcov: { file: 'lcov.info', report: async (coverage) => (await import('./lcov.ts')).lcovReport(coverage) },
  cobertura: {
    file: 'cobertura-coverage.xml',
    report: async (...given) => (await import('./cobertura.ts')).coberturaReport(...given),
  },
  html: { file: 'coverage.html', report: async (...given) => (await import('./html.ts')).htmlReport(...given) },
} satisfies Readonly<Record<string, ReportKind>>;

export type ReportName = keyof typeof REPORTS;
