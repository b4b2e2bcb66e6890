import type { ComponentDescriptor } from '../descriptor.ts';
import { isObject, type Json, type JsonObject, own } from '../json.ts';
import type { SourceFile } from '../source/file.ts';
import { componentOf, keyedItems } from './shape.ts';

/** What a caller is checked against. */
export function summary(
  source: SourceFile | undefined,
): { version: string; input: JsonObject | boolean | undefined } | undefined {
  if (!source) return undefined;
  const value = isObject(source.value) ? source.value : {};
  const [version, input] = [own(value, 'version'), own(value, 'input')];
  return {
    version: typeof version === 'string' ? version : '0.1.0',
    // A member of a JSON object is JSON.
    input: isObject(input) || typeof input === 'boolean' ? (input as JsonObject | boolean) : undefined,
  };
}

/** Components of the pipelines that are not known here, sorted. */
export function unknownComponents(
  sources: Iterable<SourceFile>,
  descriptors: ReadonlyMap<string, ComponentDescriptor>,
): string[] {
  const used = new Set([...sources].flatMap(usedComponents));
  return [...used].filter((name) => !descriptors.has(name)).sort();
}

/** Components that a pipeline names. */
export function usedComponents({ value }: SourceFile): string[] {
  const stages = isObject(value) ? keyedItems(own(value, 'stages') as Json) : undefined;
  return [...(stages?.values() ?? [])].map((stage) => componentOf(stage));
}
