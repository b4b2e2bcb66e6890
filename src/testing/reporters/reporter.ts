import type { SuiteResult, Summary } from '../result.ts';

/** Takes what a reporter writes, piece by piece. */
export type Sink = (text: string) => void;

/** The look of a text on a terminal; the identity where there are no colours. Nothing is said by colour alone. */
export type Paint = (style: 'red' | 'green' | 'yellow' | 'cyan' | 'dim' | 'bold', text: string) => string;

/** Hears of suites one by one, as they end, so that nothing has to be kept of those that passed. */
export interface Reporter {
  /** Before the first suite. `started_at` in epoch milliseconds. */
  begin(start: { readonly started_at: number; readonly version: string }): void;
  suite(result: SuiteResult): void;
  end(summary: Summary): void;
}

export interface ReporterOptions {
  readonly write: Sink;
  readonly paint: Paint;
  /** Columns to fill. */
  readonly columns: number;
  /** The text of a file as it was read, for code frames; undefined when it is not known. */
  readonly source: (file: string) => string | undefined;
}

export type CreateReporter = (options: ReporterOptions) => Reporter;
