import { codeEntry } from './codes/index.ts';
import { FlowMasonError } from './errors.ts';
import type { Json } from './json.ts';
import type { Problem } from './problem.ts';

/** An error as it crosses the wire: `application/problem+json` (RFC 9457). */
export interface ProblemDocument {
  /** Stable for a code: `urn:flowmason:error:BASE_MOVED`. */
  readonly type: string;
  readonly title: string;
  /** The HTTP status. */
  readonly status: number;
  readonly code: string;
  /** The message. */
  readonly detail: string;
  readonly hint?: string;
  readonly details?: Json;
  /** What is wrong in which pipeline. */
  readonly problems?: readonly Problem[];
  readonly request_id: string;
}

export const PROBLEM_TYPE = 'application/problem+json';

const URN = 'urn:flowmason:error:';

export function problemDocument(error: FlowMasonError, requestId: string): ProblemDocument {
  const { code, message, hint, details, problems } = error;
  const entry = codeEntry(code);
  return {
    type: `${URN}${code}`,
    title: entry?.title ?? code,
    // Warnings have a status of their own, which no error can have.
    status: entry && entry.http >= 400 ? entry.http : 500,
    code,
    detail: message,
    ...(hint === undefined ? undefined : { hint }),
    ...(details === undefined ? undefined : { details }),
    ...(problems.length === 0 ? undefined : { problems }),
    request_id: requestId,
  };
}

/** The error that a document tells of; undefined when it is no such document. */
export function errorOfDocument(value: unknown): FlowMasonError | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { code, detail, hint, details, problems } = value as Partial<Record<keyof ProblemDocument, unknown>>;
  if (typeof code !== 'string' || typeof detail !== 'string') return undefined;
  return new FlowMasonError(code, detail, {
    hint: typeof hint === 'string' ? hint : undefined,
    // Both were JSON on the wire, and a server of ours has made them.
    details: details as Json | undefined,
    problems: Array.isArray(problems) ? (problems as Problem[]) : undefined,
  });
}
