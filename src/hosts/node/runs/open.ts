import type { Keep } from './create.ts';
import type { OpenRun } from './open-run.ts';

/**
 * Takes the lock of a recorded run and loads what it recorded. `word` is an id, a unique prefix, or `last`.
 * Throws FlowMasonError `NOT_FOUND`, `RUN_BUSY` (a live process executes it), `RUN_FINISHED` (it succeeded or was
 * cancelled and `again` is not set), `RECORD_CORRUPT`, `RECORD_UNWRITABLE`.
 */
export declare function openRun(home: string, word: string, options?: OpenRunOptions): Promise<OpenRun>;

export interface OpenRunOptions {
  /** Open a run that has succeeded, too: for `--from`. */
  readonly again?: boolean;
  readonly keep?: Keep;
}
