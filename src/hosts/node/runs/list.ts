import type { RunSummary } from './record.ts';

/** The recorded runs, newest first. Folders that hold no readable `run.json` are left out. */
export declare function listRuns(home: string): RunSummary[];
