import { isObject, type Json, type JsonObject, type JsonPath } from '../json.ts';
import { quote } from '../quote.ts';
import { nearest } from '../suggest.ts';
import { FORMATS } from './formats.ts';
import { Patterns } from './pattern.ts';
import { MAX_NESTING, References } from './references.ts';
import { kindOf } from './show.ts';
import type { SchemaProblem } from './types.ts';
import { valueProblems } from './values.ts';
import { REPLACED, subschemas, VOCABULARY } from './vocabulary.ts';

const ITEMS_HINT = 'Draft 2020-12 writes a list of schemas, one per item, as "prefixItems".';
const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

/** Every problem of a schema: values that keywords can't have, references that lead nowhere, misspelt keywords. */
export function checkSchema(schema: Json): SchemaProblem[] {
  return inspect(schema, { spelling: true, patterns: new Patterns() });
}

export interface InspectOptions {
  /** False: unknown keywords are notes, as the specification has it. */
  readonly spelling: boolean;
  /** Keeps what was compiled. */
  readonly patterns: Patterns;
}

/** The problems of a schema. When there are none, `CheckedSchema` holds for it and all that its references lead to. */
export function inspect(schema: Json, options: InspectOptions): SchemaProblem[] {
  const inspection: Inspection = { options, problems: [], visited: new Set() };
  walk(schema, [], 0, inspection);
  if (inspection.problems.length === 0 && isObject(schema)) checkReferences(schema as JsonObject, inspection);
  return inspection.problems;
}

interface Inspection {
  readonly options: InspectOptions;
  readonly problems: SchemaProblem[];
  /** Schemas that were walked, with their places. */
  readonly visited: Set<object>;
}

function walk(schema: unknown, path: JsonPath, depth: number, inspection: Inspection): void {
  const { options, problems, visited } = inspection;
  if (typeof schema === 'boolean') return;
  if (!isObject(schema)) {
    const message = `expected a schema (an object, true or false), found ${kindOf(schema as Json)}`;
    const isTuple = Array.isArray(schema) && path.at(-1) === 'items';
    problems.push(isTuple ? { path, message, hint: ITEMS_HINT } : { path, message });
    return;
  }
  if (depth > MAX_NESTING) {
    problems.push({ path, message: `the schema is nested deeper than ${MAX_NESTING} levels` });
    return;
  }
  if (visited.has(schema)) return;
  visited.add(schema);
  for (const [keyword, value] of Object.entries(schema)) {
    const kind = Object.hasOwn(VOCABULARY, keyword) ? VOCABULARY[keyword] : undefined;
    const at = [...path, keyword];
    if (kind === undefined) {
      if (options.spelling && !keyword.startsWith('x-')) problems.push({ path: at, ...unknownKeyword(keyword) });
      continue;
    }
    for (const problem of valueProblems(keyword, kind, value, options.patterns)) {
      problems.push({ ...problem, path: [...at, ...problem.path] });
    }
    if (options.spelling) problems.push(...spellingProblems(keyword, value, at));
  }
  for (const [keyword, key, sub] of subschemas(schema)) walk(sub, join(path, keyword, key), depth + 1, inspection);
}

function join(path: JsonPath, keyword: string, key: string | number | undefined): JsonPath {
  return key === undefined ? [...path, keyword] : [...path, keyword, key];
}

function unknownKeyword(keyword: string): { message: string; hint: string } {
  const message = `${quote(keyword)} is not a keyword of JSON Schema 2020-12`;
  const replaced = Object.hasOwn(REPLACED, keyword) ? REPLACED[keyword] : undefined;
  if (replaced !== undefined) return { message, hint: replaced };
  const meant = nearest(keyword, Object.keys(VOCABULARY));
  return { message, hint: meant === undefined ? 'Notes of your own begin with "x-".' : `Did you mean "${meant}"?` };
}

/** What is allowed by the specification and still hardly meant. */
function spellingProblems(keyword: string, value: unknown, path: JsonPath): SchemaProblem[] {
  if (typeof value !== 'string') return [];
  if (keyword === '$schema' && value.replace(/#$/, '') !== DRAFT) {
    const hint = `Leave "$schema" out, or write "${DRAFT}".`;
    return [{ path, message: `schemas are read as draft 2020-12, this one is made for ${quote(value)}`, hint }];
  }
  if (keyword === 'format' && !Object.hasOwn(FORMATS, value)) {
    const meant = nearest(value, Object.keys(FORMATS));
    if (meant !== undefined) {
      return [{ path, message: `${quote(value)} is not a format that is checked`, hint: `Did you mean "${meant}"?` }];
    }
  }
  return [];
}

/** References are followed once all the rest is known to be well formed; what they lead to is walked as well. */
function checkReferences(root: JsonObject, inspection: Inspection): void {
  const references = new References(root);
  const queue: { schema: unknown; path: JsonPath }[] = [{ schema: root, path: [] }];
  const followed = new Set<unknown>();
  for (let next = queue.pop(); next; next = queue.pop()) {
    const { schema, path } = next;
    if (!isObject(schema) || followed.has(schema)) continue;
    followed.add(schema);
    for (const keyword of ['$ref', '$dynamicRef']) {
      const reference = schema[keyword];
      if (typeof reference !== 'string') continue;
      const target = references.resolve(references.owner(schema), reference);
      if (target === undefined) {
        inspection.problems.push({ path: [...path, keyword], ...lostReference(reference, root) });
      } else if (typeof target.schema === 'object' && !inspection.visited.has(target.schema)) {
        const before = inspection.problems.length;
        walk(target.schema, [...path, keyword], 0, inspection);
        if (inspection.problems.length === before) queue.push({ schema: target.schema, path: [...path, keyword] });
      }
    }
    for (const [keyword, key, sub] of subschemas(schema)) queue.push({ schema: sub, path: join(path, keyword, key) });
  }
}

function lostReference(reference: string, root: JsonObject): { message: string; hint: string } {
  if (!reference.startsWith('#')) {
    return {
      message: `${quote(reference)} leads out of the schema, and nothing is loaded from elsewhere`,
      hint: 'Copy the schema under "$defs" and refer to it as "#/$defs/NAME".',
    };
  }
  const names = Object.keys(isObject(root.$defs) ? root.$defs : {}).map((name) => `#/$defs/${name}`);
  const meant = nearest(reference, names);
  return {
    message: `${quote(reference)} leads to nothing in this schema`,
    hint: meant === undefined ? 'References look like "#/$defs/NAME".' : `Did you mean "${meant}"?`,
  };
}
