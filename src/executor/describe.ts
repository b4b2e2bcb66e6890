import { toJsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';
import type { ComponentDescriptor, ComponentExample } from '../core/descriptor.ts';
import type { JsonSchema } from '../core/json.ts';
import type { Component } from './component.ts';

/** Milliseconds per attempt when neither stage nor component say anything (PIPELINES.md 2). */
const DEFAULT_TIMEOUT = 30_000;
const AI_TIMEOUT = 60_000;
const NO_EXAMPLE: ComponentExample = { description: '', stages: [] };

/**
 * What `core` may know of a component. `source` is `built-in`, `project`, or a plugin's name. The JSON Schemas are made
 * when they are first read: most commands look at few of them.
 */
export function describe(component: Component, source: string): ComponentDescriptor {
  const { name, version, summary, effects, fields = {}, cacheable = true } = component;
  const category = component.category ?? (source === 'built-in' ? 'operator' : 'custom');
  let config: JsonSchema | undefined;
  let output: JsonSchema | undefined;
  return {
    name,
    version,
    summary,
    category,
    source,
    effects,
    fields,
    timeout: component.timeout === undefined ? defaultTimeout(category) : component.timeout,
    cacheable: cacheable && category !== 'control',
    example: component.example ?? NO_EXAMPLE,
    get config() {
      config ??= schemaOf(component.config, 'input');
      return config;
    },
    get output() {
      output ??= schemaOf(component.output, 'output');
      return output;
    },
  };
}

function defaultTimeout(category: ComponentDescriptor['category']): number | null {
  if (category === 'control') return null;
  return category === 'ai' ? AI_TIMEOUT : DEFAULT_TIMEOUT;
}

/** What JSON Schema cannot say (a transformation, a custom check) is left to the schema itself at run time. */
function schemaOf(schema: GenericSchema, typeMode: 'input' | 'output'): JsonSchema {
  const { $schema: _dialect, ...rest } = toJsonSchema(schema, {
    typeMode,
    errorMode: 'ignore',
    target: 'draft-2020-12',
  });
  // The library's own type of a JSON Schema; every value of it is JSON.
  return rest as JsonSchema;
}
