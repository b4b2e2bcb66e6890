/** The real path of the nearest folder from `from` upwards that holds `flowmason.json`; undefined without one. */
export declare function findProjectRoot(from: string): string | undefined;
