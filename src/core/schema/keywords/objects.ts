import { isObject, type Json } from '../../json.ts';
import { quote, quoteList } from '../../quote.ts';
import { nearest } from '../../suggest.ts';
import type { Check } from '../evaluation.ts';
import { testPattern } from '../pattern.ts';
import type { Keyword, Keywords } from './keyword.ts';

const properties: Keyword<'properties'> = (schemas, _schema, compiler) => {
  const nodes = Object.entries(schemas).map(
    ([name, schema]) => [name, schema === false ? undefined : compiler.node(schema)] as const,
  );
  return (data, evaluation, seen) => {
    if (!isJsonObject(data)) return true;
    let holds = true;
    for (const [name, node] of nodes) {
      if (!Object.hasOwn(data, name)) continue;
      seen?.properties.add(name);
      const ok = node
        ? evaluation.applyAt(node, data[name] as Json, name)
        : evaluation.error('properties', () => 'is not allowed here', name);
      if (!ok) holds = false;
    }
    return holds;
  };
};

const patternProperties: Keyword<'patternProperties'> = (schemas, _schema, compiler) => {
  const entries = Object.entries(schemas).map(
    ([source, schema]) => [compiler.pattern(source), compiler.node(schema)] as const,
  );
  return (data, evaluation, seen) => {
    if (!isJsonObject(data)) return true;
    let holds = true;
    for (const name of Object.keys(data)) {
      for (const [pattern, node] of entries) {
        if (!testPattern(pattern, name, evaluation.budget)) continue;
        seen?.properties.add(name);
        if (!evaluation.applyAt(node, data[name] as Json, name)) holds = false;
      }
    }
    return holds;
  };
};

const additionalProperties: Keyword<'additionalProperties'> = (schema, siblings, compiler) => {
  const known = new Set(Object.keys(siblings.properties ?? {}));
  const patterns = Object.keys(siblings.patternProperties ?? {}).map((source) => compiler.pattern(source));
  const node = schema === false ? undefined : compiler.node(schema);
  return (data, evaluation, seen) => {
    if (!isJsonObject(data)) return true;
    if (seen) seen.everyProperty = true;
    let holds = true;
    for (const name of Object.keys(data)) {
      if (known.has(name) || patterns.some((pattern) => testPattern(pattern, name, evaluation.budget))) continue;
      const ok = node
        ? evaluation.applyAt(node, data[name] as Json, name)
        : evaluation.error('additionalProperties', () => unknownProperty(name, known), name);
      if (!ok) holds = false;
    }
    return holds;
  };
};

/** Why a property is refused, with the one that was probably meant. */
function unknownProperty(name: string, known: ReadonlySet<string>): string {
  const meant = nearest(name, known);
  if (meant !== undefined) return `is not a known property; did you mean ${quote(meant)}?`;
  if (known.size === 0) return 'is not a known property';
  return `is not a known property; known are ${quoteList([...known])}`;
}

const propertyNames: Keyword<'propertyNames'> = (schema, _schema, compiler) => {
  const node = compiler.node(schema);
  return (data, evaluation) => {
    if (!isJsonObject(data)) return true;
    let holds = true;
    for (const name of Object.keys(data)) {
      if (evaluation.test(node, name)) continue;
      holds = evaluation.error('propertyNames', () => badName(evaluation.firstError(node, name)?.message), name);
    }
    return holds;
  };
};

function badName(reason: string | undefined): string {
  const message = 'is not a good name for a property';
  return reason === undefined ? message : `${message}: ${reason}`;
}

const required: Keyword<'required'> = (names) => (data, evaluation) => {
  if (!isJsonObject(data)) return true;
  let holds = true;
  for (const name of names) {
    if (!Object.hasOwn(data, name)) holds = evaluation.error('required', () => 'is required', name);
  }
  return holds;
};

const dependentRequired: Keyword<'dependentRequired'> = (dependents) => {
  const entries = Object.entries(dependents);
  return (data, evaluation) => {
    if (!isJsonObject(data)) return true;
    let holds = true;
    for (const [given, names] of entries) {
      if (!Object.hasOwn(data, given)) continue;
      for (const name of names) {
        if (Object.hasOwn(data, name)) continue;
        holds = evaluation.error('dependentRequired', () => `is required where ${quote(given)} is given`, name);
      }
    }
    return holds;
  };
};

const dependentSchemas: Keyword<'dependentSchemas'> = (schemas, _schema, compiler) => {
  const entries = Object.entries(schemas).map(([given, schema]) => [given, compiler.node(schema)] as const);
  return (data, evaluation, seen) => {
    if (!isJsonObject(data)) return true;
    let holds = true;
    for (const [given, node] of entries) {
      if (Object.hasOwn(data, given) && !evaluation.apply(node, data, seen)) holds = false;
    }
    return holds;
  };
};

function size(keyword: string, holds: (size: number) => boolean, expected: string): Check {
  return (data, evaluation) => {
    if (!isJsonObject(data)) return true;
    const number = Object.keys(data).length;
    return holds(number) || evaluation.error(keyword, () => `must have ${expected}, has ${number}`);
  };
}

function isJsonObject(data: Json): data is { [key: string]: Json } {
  return isObject(data);
}

export const OBJECT_KEYWORDS: Keywords = {
  properties,
  patternProperties,
  additionalProperties,
  propertyNames,
  required,
  dependentRequired,
  dependentSchemas,
  minProperties: (limit) => size('minProperties', (n) => n >= limit, `at least ${limit} properties`),
  maxProperties: (limit) => size('maxProperties', (n) => n <= limit, `at most ${limit} properties`),
};
