import { isObject, type JsonSchema, own } from '../json.ts';
import type { SourceFile } from '../source/file.ts';
import type { Callee } from './calls.ts';

/** What a caller is checked against; of a broken file what can be told, because it has problems of its own. */
export function calleeOf({ value }: SourceFile): Callee {
  const definition = isObject(value) ? value : {};
  const [version, input] = [own(definition, 'version'), own(definition, 'input')];
  return {
    version: typeof version === 'string' ? version : '0.1.0',
    // A member of a JSON object is JSON.
    input: isObject(input) || typeof input === 'boolean' ? (input as JsonSchema) : undefined,
  };
}
