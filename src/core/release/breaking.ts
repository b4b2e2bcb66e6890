import type { JsonObject, JsonSchema } from '../json.ts';
import { isObject, own } from '../json.ts';
import { compareSchemas } from './compare-schemas.ts';
import type { Finding } from './finding.ts';
import type { ReleaseWarning } from './warnings.ts';

/** What a pipeline without `input` takes (PIPELINES.md 1). */
const ANY_OBJECT: JsonSchema = { type: 'object' };

/**
 * How the new definition takes less input than the old one, or gives output that the old one never gave: what callers
 * rely on. Decided by the schemas alone, keyword by keyword; where that cannot tell (`not`, `if`), a change is reported.
 */
export function breakingChanges(before: JsonObject, after: JsonObject): ReleaseWarning[] {
  const [oldInput, newInput] = [schemaOf(before, 'input'), schemaOf(after, 'input')];
  const [oldOutput, newOutput] = [schemaOf(before, 'output'), schemaOf(after, 'output')];
  return [
    ...warnings('input', compareSchemas('input', oldInput ?? ANY_OBJECT, newInput ?? ANY_OBJECT)),
    ...warnings('output', outputFindings(oldOutput, newOutput)),
  ];
}

function outputFindings(before: JsonSchema | undefined, after: JsonSchema | undefined): Finding[] {
  if (before === undefined || before === true) return [];
  if (after !== undefined) return compareSchemas('output', before, after);
  const message = 'The output is no longer declared, so nothing keeps it as it was';
  return [{ reason: 'schema-removed', path: [], message }];
}

function warnings(field: 'input' | 'output', findings: readonly Finding[]): ReleaseWarning[] {
  const code = field === 'input' ? 'BREAKING_INPUT' : 'BREAKING_OUTPUT';
  return findings.map(({ path, ...rest }) => ({ code, path: [field, ...path], ...rest }));
}

function schemaOf(definition: JsonObject, key: string): JsonSchema | undefined {
  const schema = own(definition, key);
  // A member of a JSON object is JSON.
  return typeof schema === 'boolean' || isObject(schema) ? (schema as JsonSchema) : undefined;
}
