import type { Json } from '../core/json.ts';
import { NotJson, TooLarge, toJson } from '../core/measure.ts';
import { StageError } from '../core/run.ts';

/** What a component gave as JSON. Throws StageError `QUOTA` beyond `limit` bytes, `COMPONENT` for what is not JSON. */
export function bounded(result: unknown, limit: number, name: string): Json {
  try {
    return toJson(result, limit).value;
  } catch (error) {
    if (error instanceof TooLarge)
      throw new StageError('QUOTA', 'output_too_large', `The output of ${name} is ${error.message}`);
    if (error instanceof NotJson)
      throw new StageError('COMPONENT', 'output_not_json', `The output of ${name} is not JSON: ${error.message}`);
    throw error;
  }
}
