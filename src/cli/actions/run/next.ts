import type { Json, JsonSchema } from '../../../core/json.ts';
import { isObject } from '../../../core/json.ts';
import { parsePath } from '../../../core/path.ts';
import type { RunOutcome } from '../../../core/run.ts';
import { compileSchema } from '../../../core/schema/validate.ts';
import { type Definitions, stageAt } from '../../../core/stage-at.ts';
import { commandLine } from '../../usage.ts';

/** What stands for data that nobody but the reader knows. */
const UNKNOWN = '…';
/** Schemas may contain themselves. */
const DEEPEST = 8;

/** Failures that a resumed run would meet again: its input is recorded, and its time counts from its first start. */
const FINAL: ReadonlySet<string> = new Set(['invalid_input', 'input_too_large', 'run_timeout']);

/**
 * The commands that go on with a recorded run, in their order; none when it has succeeded or cannot go on. `place`: the
 * flags that lead to where it is recorded.
 */
export function nextCommands(
  outcome: RunOutcome,
  definitions: Definitions,
  resume: string,
  place: readonly string[] = [],
): string[] {
  if (outcome.status === 'succeeded') return [];
  if (outcome.error && outcome.error.cause === undefined && FINAL.has(outcome.error.code)) return [];
  const signals = (outcome.waiting ?? []).flatMap(({ path, signal }) => {
    if (signal === undefined) return [];
    const schema = stageAt(definitions, parsePath(path) ?? [])?.config?.schema;
    const data = example(schema as JsonSchema | undefined);
    return [
      commandLine('runs:signal', [
        outcome.run_id,
        signal,
        ...(data === null ? [] : ['--data', JSON.stringify(data)]),
        ...place,
      ]),
    ];
  });
  return [...signals, resume];
}

/** Data of the form that a signal asks for, so that the command works as it stands; null where anything goes. */
function example(schema: JsonSchema | undefined): Json {
  if (schema === undefined) return null;
  const made = exampleOf(schema, 0);
  return compileSchema(schema).validate(made).valid ? made : UNKNOWN;
}

function exampleOf(schema: unknown, depth: number): Json {
  if (!isObject(schema) || depth > DEEPEST) return null;
  const { const: constant, enum: values, examples, default: fallback, properties, required, minimum } = schema;
  const given = constant ?? fallback ?? first(examples) ?? first(values);
  // Members of a JSON Schema are JSON.
  if (given !== undefined) return given as Json;
  switch (first(schema.type) ?? schema.type) {
    case 'boolean':
      return true;
    case 'number':
    case 'integer':
      return typeof minimum === 'number' ? Math.ceil(minimum) : 1;
    case 'string':
      return UNKNOWN;
    case 'array':
      return [];
    case 'object': {
      const names = Array.isArray(required) ? required.map(String) : [];
      const known = isObject(properties) ? properties : {};
      return Object.fromEntries(names.map((name) => [name, exampleOf(known[name], depth + 1)]));
    }
    default:
      return null;
  }
}

function first(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined;
}
