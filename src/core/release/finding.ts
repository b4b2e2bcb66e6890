import type { Json, JsonPath } from '../json.ts';
import type { BreakingReason } from './warnings.ts';

/** One way in which a schema became stricter (input) or looser (output). */
export interface Finding {
  readonly reason: BreakingReason;
  /** From the root of the schema. */
  readonly path: JsonPath;
  readonly message: string;
  readonly before?: Json;
  readonly after?: Json;
}

export type Direction = 'input' | 'output';

export type Keywords = Readonly<Record<string, Json>>;

/** Where a pair of schemas stands. */
export interface Spot {
  /** The data that it describes, as messages name it: `input.customer.email`, `input.rows[]`, `input.*` for other properties. */
  readonly data: string;
  readonly path: JsonPath;
}
