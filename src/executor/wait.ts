import type { Cancel } from './cancel.ts';
import type { StageRun } from './stage-run.ts';

/** True after `ms`; false as soon as it is cancelled. */
export function wait(stageRun: StageRun, ms: number, cancel: Cancel): Promise<boolean> {
  return new Promise((resolve) => {
    const stop = stageRun.run.runtime.clock.after(ms, () => {
      release();
      resolve(true);
    });
    const release = cancel.onCancel(() => {
      stop();
      resolve(false);
    });
  });
}
