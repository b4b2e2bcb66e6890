import type { Json } from './json.ts';

export const ERROR_TYPES = [
  'VALIDATION',
  'EXPRESSION',
  'CONFIGURATION',
  'COMPONENT',
  'CONNECTIVITY',
  'TIMEOUT',
  'RATE_LIMIT',
  'PROVIDER',
  'SECURITY',
  'QUOTA',
  'CANCELLED',
  'INTERNAL',
] as const;
export type ErrorType = (typeof ERROR_TYPES)[number];

/** Types that `retry` never repeats (PIPELINES.md 4). */
export const NEVER_RETRIED: ReadonlySet<ErrorType> = new Set([
  'VALIDATION',
  'EXPRESSION',
  'SECURITY',
  'CONFIGURATION',
  'QUOTA',
  'CANCELLED',
]);

/** What `retry.on` is when it is not written. */
export const RETRIED_BY_DEFAULT: readonly ErrorType[] = ['TIMEOUT', 'CONNECTIVITY', 'RATE_LIMIT', 'PROVIDER'];

export type StageStatus = 'pending' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'skipped' | 'cancelled';
export type RunStatus = 'queued' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled';

/** Why a stage or a run failed, as expressions, journals and the API show it (PIPELINES.md 4). A type, so that it is Json. */
export type Failure = {
  type: ErrorType;
  /** A lower-case code within the type, e.g. `limit_exceeded`, `missing_field`. */
  code: string;
  message: string;
  hint?: string;
  stage?: string;
  path?: string;
  attempt?: number;
  details?: Json;
  cause?: Failure;
};

/** Thrown by components, expressions and the executor; becomes a Failure at the stage's border. */
export class StageError extends Error {
  readonly type: ErrorType;
  readonly code: string;
  readonly hint: string | undefined;
  readonly details: Json | undefined;
  /** Milliseconds that the other side asked to wait before the next attempt (`Retry-After`). */
  readonly retryAfter: number | undefined;

  constructor(
    type: ErrorType,
    code: string,
    message: string,
    parts: {
      hint?: string | undefined;
      details?: Json | undefined;
      retryAfter?: number | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(message, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = 'StageError';
    this.type = type;
    this.code = code;
    this.hint = parts.hint;
    this.details = parts.details;
    this.retryAfter = parts.retryAfter;
  }
}

/** Tokens and money that AI stages used. */
export interface Usage {
  input_tokens: number;
  output_tokens: number;
  total_tokens: number;
  cost_usd?: number;
}

/** One line of a run's log. `at` in epoch milliseconds. */
export interface LogEntry {
  at: number;
  level: 'debug' | 'info' | 'warn' | 'error';
  message: string;
  path: string;
  data?: Json;
}

/** What became of one stage at one path. Times in epoch milliseconds. */
export interface StageRecord {
  id: string;
  path: string;
  component: string;
  status: StageStatus;
  attempts: number;
  started_at: number | null;
  duration_ms: number;
  error?: Failure;
}

/** What one run came to (DEPLOYMENT.md 10, `fm run --json`). */
export interface RunOutcome {
  run_id: string;
  pipeline: string;
  version: string;
  status: RunStatus;
  result: Json;
  error: Failure | null;
  stages: StageRecord[];
  usage: Usage | null;
  started_at: number;
  duration_ms: number;
  /** The resolved config of the stage that failed the run, masked. */
  failed_input?: Json;
  /** What a `waiting` run waits for. */
  waiting?: { path: string; signal?: string; message?: string; until?: number }[];
}
