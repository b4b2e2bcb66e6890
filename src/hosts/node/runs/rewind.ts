import type { Plan } from '../../../core/plan.ts';
import type { OpenRun } from './open-run.ts';

/**
 * Takes stages and everything downstream of them out of the record, so that they run again: their entries go to
 * `history.ndjson` and the repetition goes up by one. `stages` are ids, or paths such as `orders/pay` and
 * `call/fetch`. Answers the same run with what is left of its record. Throws FlowMasonError `NOT_FOUND` with the
 * nearest stage.
 */
export declare function rewindRun(
  run: OpenRun,
  plan: Plan,
  pipelines: (name: string) => Plan | undefined,
  stages: readonly string[],
): Promise<OpenRun>;
