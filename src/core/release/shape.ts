import { isObject, type Json, own } from '../json.ts';
import { type KeywordKind, VOCABULARY } from '../schema/vocabulary.ts';

/**
 * What a place in a pipeline file means to who compares or merges it: whether the order of a list counts, and what
 * tells its items apart (PIPELINES.md 1, 2 and 5).
 */
export type Shape =
  /** Objects by key, lists by position. */
  | { readonly kind: 'plain' }
  /**
   * A list whose order means nothing. `single`: one item may stand without the list. `atomic`: it is compared as a set
   * and merged as one value.
   */
  | { readonly kind: 'set'; readonly single?: boolean; readonly atomic?: boolean }
  /** A list of objects with an `id` each; its order means nothing. */
  | { readonly kind: 'keyed'; readonly item: (versions: readonly (Json | undefined)[]) => Shape }
  | { readonly kind: 'object'; readonly members: Readonly<Record<string, Shape>>; readonly others: Shape };

/** How a control component names stages: it takes them into a scope of its own, or lets them run (PIPELINES.md 5). */
export interface StageList {
  readonly role: 'own' | 'gate';
  /** An object of route to id or ids. */
  readonly map?: boolean;
}

/**
 * The lists of stages of the control components, by config field. Written down here and not taken from descriptors,
 * because releases are compared where the components that they were made with need not exist any more.
 */
export const STAGE_LISTS: Readonly<Record<string, Readonly<Record<string, StageList>>>> = {
  conditional: { true_branch: { role: 'gate' }, false_branch: { role: 'gate' } },
  router: { routes: { role: 'gate', map: true }, default: { role: 'gate' } },
  foreach: { loop_stages: { role: 'own' } },
  loop: { loop_stages: { role: 'own' } },
  trycatch: { try_stages: { role: 'own' }, catch_stages: { role: 'own' }, finally_stages: { role: 'own' } },
};

export const PLAIN: Shape = { kind: 'plain' };
const SET: Shape = { kind: 'set' };
const ONE_OR_MANY: Shape = { kind: 'set', single: true };
const MAP_OF_STAGES = object({}, ONE_OR_MANY);

function object(members: Readonly<Record<string, Shape>>, others: Shape = PLAIN): Shape {
  return { kind: 'object', members, others };
}

const SCHEMA_MEMBERS: Record<string, Shape> = {};
const SCHEMA = object(SCHEMA_MEMBERS);

/** What the keywords of JSON Schema that are not plain hold. */
const KEYWORDS: Partial<Record<KeywordKind, Shape>> = {
  schema: SCHEMA,
  schemaMap: object({}, SCHEMA),
  patternMap: object({}, SCHEMA),
  names: SET,
  nameLists: object({}, SET),
  // Several types are alternatives of one decision: two different ones are not put together.
  types: { kind: 'set', single: true, atomic: true },
};
for (const [keyword, kind] of Object.entries(VOCABULARY)) SCHEMA_MEMBERS[keyword] = KEYWORDS[kind] ?? PLAIN;
SCHEMA_MEMBERS.enum = SET;

/** Config fields beside the lists of stages that are not plain. */
const CONFIG_FIELDS: Readonly<Record<string, Readonly<Record<string, Shape>>>> = {
  trycatch: { catch_error_types: SET },
  'http-request': { expect_status: ONE_OR_MANY },
  generator: { schema: SCHEMA },
  'schema-validate': { schema: SCHEMA },
  signal: { schema: SCHEMA },
};

/** The stage of these versions; its config is read by the component when all versions have the same. */
function stageShape(versions: readonly (Json | undefined)[]): Shape {
  const names = new Set(versions.filter((stage) => isObject(stage)).map((stage) => componentOf(stage)));
  const [name] = names;
  const config = names.size === 1 && name !== undefined ? configShape(name) : PLAIN;
  return object({ config, depends_on: SET, retry: object({ on: SET }) });
}

/** The canonical name of a stage's component: `http_request` is read as `http-request`. */
export function componentOf(stage: Readonly<Record<string, unknown>>): string {
  return String(own(stage, 'component') ?? '').replaceAll('_', '-');
}

const shapes = new Map<string, Shape>();

function configShape(component: string): Shape {
  const known = shapes.get(component);
  if (known) return known;
  const lists = Object.entries(stageLists(component)).map(([field, { map }]) => [
    field,
    map ? MAP_OF_STAGES : ONE_OR_MANY,
  ]);
  const fields = Object.hasOwn(CONFIG_FIELDS, component) ? CONFIG_FIELDS[component] : {};
  if (lists.length === 0 && Object.keys(fields ?? {}).length === 0) return PLAIN;
  const shape = object({ ...fields, ...Object.fromEntries(lists) });
  shapes.set(component, shape);
  return shape;
}

/** The lists of stages of a component; none for most. */
export function stageLists(component: string): Readonly<Record<string, StageList>> {
  return (Object.hasOwn(STAGE_LISTS, component) ? STAGE_LISTS[component] : undefined) ?? {};
}

const STAGES: Shape = { kind: 'keyed', item: stageShape };
const TRIGGERS: Shape = { kind: 'keyed', item: () => PLAIN };

/** A whole pipeline file. */
export const PIPELINE_SHAPE: Shape = object({
  stages: STAGES,
  triggers: TRIGGERS,
  tags: SET,
  input: SCHEMA,
  output: SCHEMA,
});

/** What a member of an object means. */
export function memberShape(shape: Shape, key: string): Shape {
  if (shape.kind !== 'object') return PLAIN;
  return (Object.hasOwn(shape.members, key) ? shape.members[key] : undefined) ?? shape.others;
}

/** The items of a `keyed` list by id, in its order; undefined when they are not objects with an id of their own each. */
export function keyedItems(list: Json | undefined): Map<string, Readonly<Record<string, Json>>> | undefined {
  if (!Array.isArray(list)) return undefined;
  const items = new Map<string, Readonly<Record<string, Json>>>();
  for (const item of list) {
    const id = isObject(item) ? own(item, 'id') : undefined;
    if (!isObject(item) || typeof id !== 'string' || items.has(id)) return undefined;
    // A member of a JSON list is JSON.
    items.set(id, item as Record<string, Json>);
  }
  return items;
}

/** The items of a `set`; undefined when it is something else, a template for example. */
export function setItems(value: Json | undefined, shape: Extract<Shape, { kind: 'set' }>): readonly Json[] | undefined {
  if (Array.isArray(value)) return value;
  return shape.single && value !== undefined && !isObject(value) ? [value] : undefined;
}
