import type { Json, JsonSchema } from '../json.ts';
import { Program } from './compile.ts';
import { fillDefaults } from './defaults.ts';
import { Evaluation } from './evaluation.ts';
import type { SchemaError } from './types.ts';

export interface Validation {
  readonly valid: boolean;
  /** The value, with defaults when they were asked for. */
  readonly value: Json;
  /** At most 100. */
  readonly errors: readonly SchemaError[];
}

export interface CompiledSchema {
  /**
   * Checks a value; with `defaults`, fills absent properties before. Throws StageError QUOTA `schema_limit` when that
   * takes more steps or depth than any ordinary schema.
   */
  validate(value: Json, options?: { readonly defaults?: boolean }): Validation;
}

/**
 * Compiles a schema (JSON Schema 2020-12; `format` is checked, `$ref` stays within the schema, patterns are RE2).
 * Throws StageError VALIDATION `invalid_schema` when it is not well formed; unknown keywords are let be.
 */
export function compileSchema(schema: JsonSchema): CompiledSchema {
  const program = new Program(schema);
  return {
    validate(value, options = {}) {
      const filled = options.defaults ? fillDefaults(program, schema, value) : value;
      const evaluation = new Evaluation(program.tracks);
      const valid = evaluation.apply(program.root, filled);
      return { valid, value: filled, errors: evaluation.errors };
    },
  };
}
