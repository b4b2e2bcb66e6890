import type { Cancel } from '../cancel.ts';
import type { StageEnvironment } from '../environment.ts';
import type { Outcome } from '../outcome.ts';
import type { Prepared } from '../prepare.ts';
import type { StageRun } from '../stage-run.ts';

/** What a control stage works with in one attempt. */
export interface ControlContext extends Prepared {
  readonly stageRun: StageRun;
  readonly environment: StageEnvironment;
  readonly cancel: Cancel;
}

/** Runs a control stage. Throws StageError for what is its own fault; failures of its stages are outcomes. */
export type Control = (context: ControlContext) => Outcome | Promise<Outcome>;
