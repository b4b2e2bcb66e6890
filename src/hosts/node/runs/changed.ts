import type { Recorded } from '../../../core/journal.ts';
import type { PipelineDefinition } from '../../../core/pipeline.ts';

export interface Definitions {
  readonly main: string;
  readonly pipelines: ReadonlyMap<string, PipelineDefinition>;
}

export interface ChangedStage {
  /** The stage as `--from` takes it: `fetch`, `orders/pay`, `call/fetch`. */
  readonly stage: string;
  readonly pipeline: string;
  readonly change: 'changed' | 'removed';
}

/** The recorded stages whose definition is not what it was when they were recorded; display fields do not count. */
export declare function changedStages(before: Definitions, now: Definitions, recorded: Recorded): ChangedStage[];

/**
 * Throws FlowMasonError `DEFINITION_CHANGED` (exit 5) when a recorded stage changed, naming them all and the `--from`
 * to use.
 */
export declare function checkUnchanged(before: Definitions, now: Definitions, recorded: Recorded): void;
