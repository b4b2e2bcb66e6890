import type { Reporter } from './reporter.ts';

/** Reporters that all hear of the same. */
export function every(reporters: readonly Reporter[]): Reporter {
  return {
    begin: (start) => {
      for (const reporter of reporters) reporter.begin(start);
    },
    suite: (result) => {
      for (const reporter of reporters) reporter.suite(result);
    },
    end: (summary) => {
      for (const reporter of reporters) reporter.end(summary);
    },
  };
}
