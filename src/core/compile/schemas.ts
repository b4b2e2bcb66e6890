import { isObject, type Json, type JsonPath, type JsonSchema, own } from '../json.ts';
import { schemaFields } from './check-config.ts';
import type { StageNode } from './model.ts';
import type { Report } from './report.ts';
import type { Rules } from './rules.ts';

/** Checks every JSON Schema of a file: `input`, `output`, and those that configs hold. */
export function checkSchemas(
  definition: Readonly<Record<string, Json>>,
  nodes: readonly StageNode[],
  { schema: check }: Rules,
  report: Report,
): void {
  if (!check) return;
  for (const key of ['input', 'output']) checkOne(check, own(definition, key), [key], report);
  for (const node of nodes) {
    for (const key of schemaFields(node)) checkOne(check, own(node.config, key), [...node.path, 'config', key], report);
  }
}

function checkOne(check: NonNullable<Rules['schema']>, schema: unknown, path: JsonPath, report: Report): void {
  if (!isObject(schema)) return;
  // An object of a JSON document.
  for (const { path: inner, message, hint } of check(schema as JsonSchema)) {
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
