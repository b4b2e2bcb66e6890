import type { Failure } from '../../../core/run.ts';

/** How often a segment whose worker died is tried again (ENGINE.md 3): a run that ends its process must not do so for ever. */
export const MOST_RETRIES = 25;

/** Why a run is ended that was begun so often without an end. */
export function workerLost(run: string, times: number): Failure {
  return {
    type: 'INTERNAL',
    code: 'worker_lost',
    message: `The run was begun ${times} times, and each time its worker died, was silent for too long or lost the database`,
    hint: `Look for what ends workers, e.g. their memory limit, then: fm runs resume ${run}`,
  };
}
