import type { Json } from '../../../core/json.ts';
import type { SignalSource } from '../../../core/ports.ts';
import type { OpenRun } from './open-run.ts';

export interface SentSignal {
  readonly run_id: string;
  readonly name: string;
  /** A process executes the run and takes the data; else it waits for `--resume`. */
  readonly live: boolean;
}

/**
 * Keeps data for a run that waits for it, or will. Throws FlowMasonError `NOT_FOUND` (no such run or signal),
 * `SIGNAL_LATE` (it has been answered, or the run has ended), `SIGNAL_INVALID` (it does not fit the schema).
 */
export declare function sendSignal(home: string, word: string, name: string, data: Json): Promise<SentSignal>;

/**
 * Where a local run gets its signals: data kept in its folder first; else from `ask` (a terminal) and from data that
 * arrives meanwhile, whichever is first; without `ask` the run parks.
 */
export declare function localSignals(run: OpenRun, ask?: SignalSource): SignalSource;
