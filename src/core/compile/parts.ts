import type { ConfigField } from '../descriptor.ts';
import type { Expression, Template } from '../expression/types.ts';
import { isObject, type Json, type JsonPath, own } from '../json.ts';
import { composeTemplate, type Member } from './compose.ts';
import type { Scope, StageNode, StageParts } from './model.ts';
import type { Dependencies } from './references.ts';
import { NO_SECRET, noSecretsInField } from './secrets.ts';
import type { Strings } from './strings.ts';

const TEMPLATE: ConfigField = { kind: 'template' };

/** Compiles the strings of one stage (PIPELINES.md 3) and adds what they name to its dependencies. */
export class PartsCompiler {
  readonly #strings: Strings;
  readonly #dependencies: Dependencies;

  constructor(strings: Strings, dependencies: Dependencies) {
    this.#strings = strings;
    this.#dependencies = dependencies;
  }

  compile(node: StageNode): StageParts {
    const members: Member[] = [];
    const conditions: Record<string, Expression> = {};
    const lateExpressions: Record<string, Expression> = {};
    const lateTemplates: Record<string, Template> = {};
    for (const [key, value] of Object.entries(node.config)) {
      const field = this.#field(node, key);
      const path = [...node.path, 'config', key];
      if (field.kind === 'constant' || field.kind === 'stages') members.push([key, { constant: value }]);
      else if (field.kind === 'expression') {
        const expression = this.#expression(node, key, field, value, path);
        if (expression) (field.scope === 'stage' ? conditions : lateExpressions)[key] = expression;
      } else {
        const template = this.#template(node, key, field, value, path);
        if (template && field.scope === 'body') lateTemplates[key] = template;
        else if (template) members.push([key, { template }]);
      }
    }
    for (const [key, template] of this.#defaults(node)) members.push([key, { template }]);
    return {
      config: composeTemplate(members),
      conditions,
      lateExpressions,
      lateTemplates,
      constants: constantsOf(node, members),
      when: this.#when(node),
      cacheKey: this.#cacheKey(node),
    };
  }

  #field(node: StageNode, key: string): ConfigField {
    const fields = node.component?.fields ?? {};
    return Object.hasOwn(fields, key) ? (fields[key] ?? TEMPLATE) : TEMPLATE;
  }

  #expression(
    node: StageNode,
    key: string,
    field: Extract<ConfigField, { kind: 'expression' }>,
    value: Json,
    path: JsonPath,
  ): Expression | undefined {
    if (typeof value !== 'string' && typeof value !== 'boolean') return undefined;
    const noSecrets = noSecretsInField(node.component, key, field);
    const expression = this.#strings.condition(value, path, { locals: field.locals ?? [], noSecrets });
    if (expression) this.#read(node, scopeOf(node, field.scope), expression, value, path);
    return expression;
  }

  #template(
    node: StageNode,
    key: string,
    field: Extract<ConfigField, { kind: 'template' }>,
    value: Json,
    path: JsonPath,
  ): Template | undefined {
    const template = this.#strings.template(value, path, { noSecrets: noSecretsInField(node.component, key, field) });
    if (template) this.#read(node, scopeOf(node, field.scope), template, value, path);
    return template;
  }

  /** `data` of json-transform: the output of the only stage in `depends_on` (PIPELINES.md 5). */
  *#defaults(node: StageNode): Generator<readonly [string, Template]> {
    const id = defaultSource(node);
    if (id === undefined) return;
    const path = [...node.path, 'config'];
    const value = `{{ stages['${id}'].output }}`;
    const template = this.#strings.template(value, path, {});
    if (!template) return;
    this.#read(node, node.scope, template, value, path);
    yield ['data', template];
  }

  #when(node: StageNode): Expression | boolean {
    const value = own(node.raw, 'when');
    if (typeof value !== 'string') return value !== false;
    const path = [...node.path, 'when'];
    const expression = this.#strings.condition(value, path, { noSecrets: NO_SECRET.condition });
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

/** Late fields of an owner see its body: the first list, if it owns any. */
function scopeOf(node: StageNode, scope: 'stage' | 'body' | 'item' | undefined): Scope {
  return scope === 'body' ? (node.bodies.values().next().value ?? node.scope) : node.scope;
}

/** The id whose output json-transform takes when `data` is left out; undefined when that does not apply. */
export function defaultSource(node: StageNode): string | undefined {
  if (!needsDefaultSource(node)) return undefined;
  const list = own(node.raw, 'depends_on');
  const [only] = Array.isArray(list) ? list : [];
  return Array.isArray(list) && list.length === 1 && typeof only === 'string' ? only : undefined;
}

export function needsDefaultSource({ component, config }: StageNode): boolean {
  return component?.name === 'json-transform' && Object.hasOwn(config, 'expression') && !Object.hasOwn(config, 'data');
}

/** What is the same for every run: members without templates, and defaults of constant fields that are not written. */
function constantsOf(node: StageNode, members: readonly Member[]): Readonly<Record<string, Json>> {
  const constants: Record<string, Json> = {};
  for (const [key, member] of members) {
    if ('constant' in member) constants[key] = member.constant;
    else if (member.template.constant) constants[key] = member.template.value;
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
