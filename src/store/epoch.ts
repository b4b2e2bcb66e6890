/**
 * Who may write to a run (ENGINE.md 5): the number of its segment, then how often that segment was tried. Kept as one
 * integer so that later is larger.
 */
export interface Epoch {
  /** From 1; each start of a parked or resumed run begins another. */
  readonly segment: number;
  /** From 0: a worker died, another one tries again. */
  readonly retry: number;
}

/** Of a run that was just accepted. */
export const FIRST_SEGMENT = 1;
const RETRIES = 2 ** 20;

export function packEpoch({ segment, retry }: Epoch): number {
  return segment * RETRIES + retry;
}

export function unpackEpoch(epoch: number): Epoch {
  return { segment: Math.floor(epoch / RETRIES), retry: epoch % RETRIES };
}

/** The first try of the segment after that of `epoch`. */
export function nextSegment(epoch: number): number {
  return packEpoch({ segment: unpackEpoch(epoch).segment + 1, retry: 0 });
}
