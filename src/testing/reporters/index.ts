import type { CreateReporter } from './reporter.ts';

/** Every reporter of `fm test` by its name (PIPELINES.md 7): one line here, one file beside it, loaded when it is used. */
export const REPORTERS = {
  text: async () => (await import('./text.ts')).textReporter,
  json: async () => (await import('./json.ts')).jsonReporter,
  junit: async () => (await import('./junit.ts')).junitReporter,
  tap: async () => (await import('./tap.ts')).tapReporter,
  github: async () => (await import('./github.ts')).githubReporter,
} satisfies Readonly<Record<string, () => Promise<CreateReporter>>>;

export type ReporterName = keyof typeof REPORTERS;
