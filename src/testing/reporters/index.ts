import { githubReporter } from './github.ts';
import { jsonReporter } from './json.ts';
import { junitReporter } from './junit.ts';
import type { CreateReporter } from './reporter.ts';
import { tapReporter } from './tap.ts';
import { textReporter } from './text.ts';

/** Every reporter of `fm test` by its name (PIPELINES.md 7): one line here, one file beside it. */
export const REPORTERS = {
  text: textReporter,
  json: jsonReporter,
  junit: junitReporter,
  tap: tapReporter,
  github: githubReporter,
} as const satisfies Readonly<Record<string, CreateReporter>>;

export type ReporterName = keyof typeof REPORTERS;
