import { FlowMasonError } from '../core/errors.ts';
import { type Failure, type RunOutcome, StageError } from '../core/run.ts';
import type { Run } from '../store/run-states.ts';

/** The outcome of a run of which no stage was executed now. Times in epoch milliseconds. */
export function unexecuted(
  run: Run,
  version: string,
  end: { readonly status: 'failed' | 'cancelled'; readonly error: Failure },
  now: number,
): RunOutcome {
  const started_at = run.started_at ?? now;
  return {
    run_id: run.id,
    pipeline: run.pipeline,
    version,
    ...end,
    result: null,
    stages: [],
    usage: null,
    started_at,
    duration_ms: now - started_at,
  };
}

export const CANCELLED: Failure = { type: 'CANCELLED', code: 'run_cancelled', message: 'The run was cancelled' };

/**
 * What a run fails with that cannot be begun: its release cannot be used here, or something that it needs is not set.
 * Throws the error again when it is the host's: its database, or a bug.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof StageError) return failure(error.type, error.code, error);
  if (!(error instanceof FlowMasonError) || /^(DATABASE_|SCHEMA_|TRANSACTION_|INTERNAL)/.test(error.code)) throw error;
  return failure(error.code === 'SECURITY' ? 'SECURITY' : 'CONFIGURATION', codeOf(error), error);
}

/** Names that are missing have the code that the executor gives them. */
function codeOf({ code }: FlowMasonError): string {
  return code === 'CONFIGURATION' ? 'missing_names' : code.toLowerCase();
}

function failure(type: Failure['type'], code: string, error: StageError | FlowMasonError): Failure {
  const { message, hint, details } = error;
  return {
    type,
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(details === undefined ? {} : { details }),
  };
}
