import { FlowMasonError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { type Failure, StageError } from '../core/run.ts';

/** Something that a parked run waits for. Times in epoch milliseconds. */
export interface Wait {
  path: string;
  signal?: string;
  message?: string;
  until?: number;
}

/** Why a stage did not run, in the order in which it is looked at (PIPELINES.md 4, skip rule). */
export type SkipReason = 'gate_closed' | 'dependency_skipped' | 'disabled' | 'when_false';

/** What became of a stage, or of the graph of a body. */
export type Outcome =
  | { readonly kind: 'succeeded'; readonly output: Json; readonly cached?: true }
  | { readonly kind: 'skipped'; readonly reason?: SkipReason }
  | {
      readonly kind: 'failed';
      readonly failure: Failure;
      readonly input?: Json | undefined;
      readonly retryAfter?: number | undefined;
    }
  | { readonly kind: 'cancelled' }
  /** Waits for something that this process cannot wait for. */
  | { readonly kind: 'parked'; readonly waits: readonly Wait[] }
  /** A `return` ended the pipeline (PIPELINES.md 5). */
  | { readonly kind: 'returned'; readonly value: Json };

/** How a list of stages ended; its outputs are read from its scope. */
export type GraphOutcome = { readonly kind: 'done' } | Exclude<Outcome, { kind: 'succeeded' } | { kind: 'skipped' }>;

export const CANCELLED: Outcome & GraphOutcome = { kind: 'cancelled' };
export const DONE: GraphOutcome = { kind: 'done' };

/** Any thrown value as a failure of a stage. What is not a StageError is the component's own fault. */
export function toFailure(error: unknown, place: { stage?: string; path?: string; attempt?: number }): Failure {
  if (error instanceof FlowMasonError) return { ...configuration(error), ...place };
  const failure: Failure =
    error instanceof StageError
      ? { type: error.type, code: error.code, message: error.message }
      : {
          type: 'COMPONENT',
          code: 'component_threw',
          message: error instanceof Error ? error.message || error.name : String(error),
        };
  if (error instanceof StageError) {
    if (error.hint !== undefined) failure.hint = error.hint;
    if (error.details !== undefined) failure.details = error.details;
  }
  return Object.assign(failure, place);
}

/** A host's own error, e.g. a subpipeline that does not exist. */
function configuration(error: FlowMasonError): Failure {
  const hint = error.hint === undefined ? undefined : { hint: error.hint };
  return { type: 'CONFIGURATION', code: error.code.toLowerCase(), message: error.message, ...hint };
}
