import type { RecordedRun } from './record.ts';

/** Everything recorded of one run, without taking it. Throws FlowMasonError `NOT_FOUND`, `RECORD_CORRUPT`. */
export declare function readRun(home: string, word: string): Promise<RecordedRun>;
