import type { ComponentDescriptor } from '../descriptor.ts';
import { isObject, type Json, own } from '../json.ts';
import type { SourceFile } from '../source/file.ts';
import { componentOf, keyedItems } from './shape.ts';

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
