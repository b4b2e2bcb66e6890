import { StageError } from '../run.ts';

/** Steps of one validation. 4 MB of data against an ordinary schema needs well under half of them. */
const MAX_STEPS = 10_000_000;
/** Schemas applied within each other: data deeper than files may be, and reference chains on top. */
const MAX_DEPTH = 1_000;

/** Counts the work of one validation, so that no schema and no data can keep or end the process. */
export class Budget {
  #steps = 0;
  #depth = 0;

  /** Counts `steps` of work; throws StageError QUOTA when there were too many. */
  spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > MAX_STEPS) {
      throw new StageError('QUOTA', 'schema_limit', 'checking the data against its schema takes too many steps', {
        hint: 'Look for "$ref" and "allOf" that lead to the same schemas again and again, and for very large patterns.',
      });
    }
  }

  /** One level down; throws StageError QUOTA when it is too deep. Every call is paired with `leave`. */
  enter(): void {
    this.spend(1);
    if (++this.#depth > MAX_DEPTH) {
      throw new StageError('QUOTA', 'schema_limit', 'the data or its schema is nested too deeply to be checked', {
        hint: 'A "$ref" that leads back to itself without going down into the data never ends.',
      });
    }
  }

  leave(): void {
    this.#depth--;
  }
}
