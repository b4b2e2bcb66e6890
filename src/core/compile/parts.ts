import type { ConfigField } from '../descriptor.ts';
import type { Expression, Template } from '../expression/types.ts';
import { isObject, type Json, type JsonObject, type JsonPath, own } from '../json.ts';
import { composeConfig } from './compose.ts';
import type { Scope, StageNode, StageParts } from './model.ts';
import type { Dependencies } from './references.ts';
import { NO_SECRET, noSecretsInField } from './secrets.ts';
import { defaultSource } from './source-default.ts';
import type { Strings } from './strings.ts';

const TEMPLATE: ConfigField = { kind: 'template' };

/** The members of a config by how they are read. */
interface Sorted {
  readonly constants: JsonObject;
  readonly templates: JsonObject;
  readonly lateTemplates: JsonObject;
  readonly expressions: [key: string, field: Extract<ConfigField, { kind: 'expression' }>, value: Json][];
}

/** Compiles the strings of one stage (PIPELINES.md 3) and adds what they name to its dependencies. */
export class PartsCompiler {
  readonly #strings: Strings;
  readonly #dependencies: Dependencies;

  constructor(strings: Strings, dependencies: Dependencies) {
    this.#strings = strings;
    this.#dependencies = dependencies;
  }

  /** Undefined when a string of the stage is not to be compiled; that was reported. */
  compile(node: StageNode): StageParts | undefined {
    const { constants, templates, lateTemplates, expressions } = sortMembers(node);
    const config = this.#config(node, templates);
    const conditions: Record<string, Expression> = {};
    const lateExpressions: Record<string, Expression> = {};
    for (const [key, field, value] of expressions) {
      const expression = this.#expression(node, key, field, value);
      if (expression) (field.scope === 'stage' ? conditions : lateExpressions)[key] = expression;
    }
    const late = this.#lateTemplates(node, lateTemplates);
    const when = this.#when(node);
    const cacheKey = this.#cacheKey(node);
    if (!config) return undefined;
    return {
      config: composeConfig(orderOf(node, config), constants, config),
      conditions,
      lateExpressions,
      lateTemplates: late,
      constants: constantsOf(node, constants, config),
      when,
      cacheKey,
    };
  }

  /** All members that are resolved when the stage starts, as one template: they share one budget. */
  #config(node: StageNode, templates: JsonObject): Template | undefined {
    const path = [...node.path, 'config'];
    // json-transform: what stands in `depends_on` alone is its data, unless it says otherwise (PIPELINES.md 5).
    const source = defaultSource(node);
    const value = source === undefined ? templates : { ...templates, data: `{{ stages['${source}'].output }}` };
    const template = this.#strings.template(value, path, {
      noSecretsAt: ([key]) => noSecretsInField(node.component, String(key)),
    });
    if (template) this.#read(node, node.scope, template, templates, path);
    return template;
  }

  #expression(
    node: StageNode,
    key: string,
    { scope, locals = [] }: Extract<ConfigField, { kind: 'expression' }>,
    value: Json,
  ): Expression | undefined {
    if (typeof value !== 'string' && typeof value !== 'boolean') return undefined;
    const path = [...node.path, 'config', key];
    const expression = this.#strings.condition(value, path, { locals });
    if (expression) this.#read(node, scope === 'body' ? bodyOf(node) : node.scope, expression, value, path);
    return expression;
  }

  #lateTemplates(node: StageNode, values: JsonObject): Record<string, Template> {
    const late: Record<string, Template> = {};
    for (const [key, value] of Object.entries(values)) {
      const path = [...node.path, 'config', key];
      const template = this.#strings.template(value, path, { noSecrets: noSecretsInField(node.component, key) });
      if (!template) continue;
      this.#read(node, bodyOf(node), template, value, path);
      late[key] = template;
    }
    return late;
  }

  #when(node: StageNode): Expression | boolean {
    const value = own(node.raw, 'when');
    if (typeof value !== 'string') return value !== false;
    const path = [...node.path, 'when'];
    const expression = this.#strings.condition(value, path, {});
    if (expression) this.#read(node, node.scope, expression, value, path);
    return expression ?? true;
  }

  #cacheKey(node: StageNode): Template | undefined {
    const cache = own(node.raw, 'cache');
    const key = isObject(cache) ? own(cache, 'key') : undefined;
    if (typeof key !== 'string') return undefined;
    const path = [...node.path, 'cache', 'key'];
    const template = this.#strings.template(key, path, { noSecrets: NO_SECRET.cacheKey });
    if (template) this.#read(node, node.scope, template, key, path);
    return template;
  }

  #read(reader: StageNode, scope: Scope, compiled: Template | Expression, value: Json, path: JsonPath): void {
    this.#dependencies.addRead({ reader, scope, references: compiled.references, value, path });
  }
}

function sortMembers(node: StageNode): Sorted {
  const sorted: Sorted = { constants: {}, templates: {}, lateTemplates: {}, expressions: [] };
  const fields = node.component?.fields ?? {};
  for (const [key, value] of Object.entries(node.config)) {
    const field = (Object.hasOwn(fields, key) ? fields[key] : undefined) ?? TEMPLATE;
    if (field.kind === 'expression') sorted.expressions.push([key, field, value]);
    else if (field.kind !== 'template') sorted.constants[key] = value;
    else if (field.scope === 'body') sorted.lateTemplates[key] = value;
    else sorted.templates[key] = value;
  }
  return sorted;
}

/** Late fields of an owner see its body: the first list, if it owns any. */
function bodyOf(node: StageNode): Scope {
  return node.bodies.values().next().value ?? node.scope;
}

/** The keys of the config as the file has them, then what was added. */
function orderOf(node: StageNode, config: Template): string[] {
  const added = isObject(config.value) ? Object.keys(config.value) : [];
  return [...new Set([...Object.keys(node.config), ...added])];
}

/** What is the same for every run: members without templates, and defaults of constant fields that are not written. */
function constantsOf(node: StageNode, written: JsonObject, config: Template): JsonObject {
  const constants: JsonObject = { ...written };
  if (isObject(config.value)) {
    for (const [key, value] of Object.entries(config.value)) {
      if (config.constant || !holdsTemplate(value)) constants[key] = value;
    }
  }
  const schema = node.component?.config;
  const properties = isObject(schema) ? own(schema, 'properties') : undefined;
  for (const [key, field] of Object.entries(node.component?.fields ?? {})) {
    if (field.kind !== 'constant' || Object.hasOwn(constants, key)) continue;
    const property = isObject(properties) ? own(properties, key) : undefined;
    // A default in a JSON Schema is JSON.
    if (isObject(property) && Object.hasOwn(property, 'default')) constants[key] = property.default as Json;
  }
  return constants;
}

function holdsTemplate(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('{{');
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsTemplate);
}
