/** What every engine is asked to do: run one graph of trivial stages, again and again. */
export interface Engine {
  /** The packages and versions that are measured. */
  readonly versions: Readonly<Record<string, string>>;
  /** Builds the graph; what it answers runs it once and gives the last stage's value. */
  prepare(shape: Shape, size: number): Promise<() => Promise<number>>;
}

/** `chain`: each stage takes the value of the one before. `fan-out`: all stages take the first one's. */
export type Shape = 'chain' | 'fan-out';
