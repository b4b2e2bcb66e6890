import { codeEntry } from './codes/index.ts';
import type { Json } from './json.ts';
import type { Problem } from './problem.ts';

export interface ErrorParts {
  /** What to do or type next. */
  readonly hint?: string | undefined;
  /** What is wrong in which file, when the error is about files. */
  readonly problems?: readonly Problem[] | undefined;
  readonly details?: Json | undefined;
  readonly cause?: unknown;
}

/** An error as data: a code of the table, a message, a hint. Crosses every border unchanged. */
export class FlowMasonError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly problems: readonly Problem[];
  readonly details: Json | undefined;

  constructor(code: string, message: string, parts: ErrorParts = {}) {
    super(message, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = 'FlowMasonError';
    this.code = code;
    this.hint = parts.hint;
    this.problems = parts.problems ?? [];
    this.details = parts.details;
  }

  /** The exit code of the one table (DEPLOYMENT.md 10). */
  get exit(): number {
    return codeEntry(this.code)?.exit ?? 70;
  }
}

/** Throws a FlowMasonError with a code of `core/codes`. */
export function fail(code: string, message: string, parts?: ErrorParts): never {
  throw new FlowMasonError(code, message, parts);
}
