import type { JsonObject } from '../json.ts';
import type { PipelineDefinition } from '../pipeline.ts';

/** A pipeline as its file has it, whether or not it has been checked. */
export type Definition = PipelineDefinition | JsonObject;

/** The same as plain JSON, for who walks it. */
export function definitionJson(definition: Definition): JsonObject {
  // A definition is what a JSON file held.
  return definition as unknown as JsonObject;
}
