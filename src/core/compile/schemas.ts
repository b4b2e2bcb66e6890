import { isObject, type Json, type JsonPath, type JsonSchema, own } from '../json.ts';
import { checkSchema } from '../schema/check.ts';
import { schemaFields } from './check-config.ts';
import type { StageNode } from './model.ts';
import type { Report } from './report.ts';

/** Checks every JSON Schema of a file: `input`, `output`, and those that configs hold. */
export function checkSchemas(
  definition: Readonly<Record<string, Json>>,
  nodes: readonly StageNode[],
  report: Report,
): void {
  for (const key of ['input', 'output']) checkOne(own(definition, key), [key], report);
  for (const node of nodes) {
    for (const key of schemaFields(node)) checkOne(own(node.config, key), [...node.path, 'config', key], report);
  }
}

function checkOne(schema: unknown, path: JsonPath, report: Report): void {
  if (!isObject(schema)) return;
  // An object of a JSON document.
  for (const { path: inner, message, hint } of checkSchema(schema as JsonSchema)) {
    report.add({
      code: 'INVALID_SCHEMA',
      path: [...path, ...inner],
      part: 'value',
      message: capitalize(message),
      hint,
    });
  }
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
