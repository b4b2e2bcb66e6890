/** A run's id: 16 characters of base32, sortable by time, not to be guessed. */
export declare function newRunId(now: number): string;

/** The one id that `word` means: an id, a unique prefix, or `last`. Throws FlowMasonError `NOT_FOUND`, `USAGE`. */
export declare function findRunId(home: string, word: string): string;
