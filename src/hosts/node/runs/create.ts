import type { Json } from '../../../core/json.ts';
import type { Masker } from '../../../core/mask.ts';
import type { OpenRun } from './open-run.ts';
import type { RecordedPipeline } from './record.ts';

export interface NewRun {
  readonly main: string;
  readonly pipelines: ReadonlyMap<string, RecordedPipeline>;
  readonly input: Json;
  readonly vars: Readonly<Record<string, Json>>;
  readonly environment: string;
  readonly masker: Masker;
  readonly now: number;
  /** How many runs are kept: a number of runs, or an age in milliseconds. */
  readonly keep?: Keep;
}

export type Keep = { readonly runs: number } | { readonly age: number };

/**
 * Records a new run under `<home>/runs/<id>/` and takes its lock. `home` is the project's `.flowmason` folder.
 * Throws FlowMasonError `RECORD_UNWRITABLE`.
 */
export declare function createRun(home: string, run: NewRun): OpenRun;
