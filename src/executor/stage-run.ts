import type { PlannedStage } from '../core/plan.ts';
import type { Run } from './run.ts';
import type { Scope, StageState } from './scope.ts';

/** One stage in one scope, from `pending` to its end. */
export interface StageRun {
  readonly run: Run;
  readonly stage: PlannedStage;
  readonly scope: Scope;
  readonly state: StageState;
  readonly path: string;
  /** First start in epoch milliseconds, also over a crash: what `now()` says. */
  startedAt: number;
  attempt: number;
  /** Of `max_parallel`. */
  holdsSlot: boolean;
}
