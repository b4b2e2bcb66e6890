import type { Json, JsonObject } from '../json.ts';
import type { PipelineDefinition } from '../pipeline.ts';
import { breakingChanges } from './breaking.ts';
import { type Change, changesOf, sortedKeys } from './changes.ts';
import { type Definition, definitionJson } from './definition-json.ts';
import { Places, type StagePlace } from './places.ts';
import { findRenames } from './renames.ts';
import { keyedItems, memberShape, PIPELINE_SHAPE, PLAIN } from './shape.ts';
import { type ReleaseWarning, versionWarning } from './warnings.ts';

/** A stage that only one side has. */
export interface StageEntry {
  readonly id: string;
  readonly component: string;
  readonly definition: JsonObject;
}

export interface StageChange {
  readonly id: string;
  /** From the stage: `["config", "url"]`. */
  readonly changes: readonly Change[];
}

export interface StageMove {
  /** As it is called afterwards. */
  readonly id: string;
  readonly from: StagePlace;
  readonly to: StagePlace;
}

export interface TriggerEntry {
  readonly id: string;
  readonly type: string;
  readonly definition: JsonObject;
}

export interface TriggerChange {
  readonly id: string;
  readonly changes: readonly Change[];
}

export interface TriggersDiff {
  readonly added: readonly TriggerEntry[];
  readonly removed: readonly TriggerEntry[];
  readonly changed: readonly TriggerChange[];
}

/**
 * What differs between two definitions of a pipeline. Plain JSON; every list is sorted by id, by path or by code, so
 * that it does not depend on the order of the files.
 */
export interface PipelineDiff {
  /** Fields of the pipeline itself: everything but stages and triggers. */
  readonly fields: readonly Change[];
  readonly stages: {
    readonly added: readonly StageEntry[];
    readonly removed: readonly StageEntry[];
    readonly changed: readonly StageChange[];
    /** The same content under another id, where only one of each comes into question. */
    readonly renamed: readonly { readonly from: string; readonly to: string }[];
    /** Also a change of the list that they left or came into. */
    readonly moved: readonly StageMove[];
  };
  readonly triggers: TriggersDiff;
  readonly warnings: readonly ReleaseWarning[];
}

type Items = ReadonlyMap<string, Readonly<Record<string, Json>>>;

/**
 * Compares two definitions by stage id and key path. The order of stages, of object keys, and of lists that are sets by
 * meaning is no difference. Definitions are taken as checked: with two stages of one id, stages are compared by position.
 */
export function diffPipelines(before: Definition, after: Definition): PipelineDiff {
  const [old, current] = [definitionJson(before), definitionJson(after)];
  const fields = fieldChanges(old, current);
  const stages = diffStages(old, current);
  const triggers = diffTriggers(old, current);
  const diff = { fields, stages, triggers, warnings: [] };
  const warnings = isEmptyDiff(diff) ? [] : [...versionWarning(old, current), ...breakingChanges(old, current)];
  return { ...diff, warnings };
}

/** Whether both definitions mean the same. */
export function isEmptyDiff({ fields, stages, triggers }: PipelineDiff): boolean {
  return [fields, ...Object.values(stages), ...Object.values(triggers)].every((list) => list.length === 0);
}

function fieldChanges(before: JsonObject, after: JsonObject): Change[] {
  return sortedKeys(before, after)
    .filter((key) => !(isKeyed(before, key) && isKeyed(after, key)))
    .flatMap((key) => changesOf(before[key], after[key], memberShape(PIPELINE_SHAPE, key), [key]));
}

/** Whether a list is compared by id, on its own: `stages` and `triggers`, absent ones included. */
function isKeyed(definition: JsonObject, key: string): boolean {
  if (key !== 'stages' && key !== 'triggers') return false;
  return !Object.hasOwn(definition, key) || keyedItems(definition[key]) !== undefined;
}

/** The items of both sides by id; none when either cannot be read by id, because then the list is a field. */
function bothKeyed(before: JsonObject, after: JsonObject, key: string): [Items, Items] {
  const none: Items = new Map();
  if (!isKeyed(before, key) || !isKeyed(after, key)) return [none, none];
  return [keyedItems(before[key]) ?? none, keyedItems(after[key]) ?? none];
}

function diffStages(before: JsonObject, after: JsonObject): PipelineDiff['stages'] {
  const [old, current] = bothKeyed(before, after, 'stages');
  const renames = findRenames(old, current);
  const renamed = [...renames].map(([from, to]) => ({ from, to }));
  const newNames = new Set(renames.values());
  return {
    added: entries(current, (id) => !old.has(id) && !newNames.has(id)).map(stageEntry),
    removed: entries(old, (id) => !current.has(id) && !renames.has(id)).map(stageEntry),
    changed: itemChanges(old, current, 'stages'),
    renamed: renamed.sort((a, b) => compare(a.from, b.from)),
    moved: old.size === 0 ? [] : moves(before, after, { old, current, renames }),
  };
}

function diffTriggers(before: JsonObject, after: JsonObject): TriggersDiff {
  const [old, current] = bothKeyed(before, after, 'triggers');
  return {
    added: entries(current, (id) => !old.has(id)).map(triggerEntry),
    removed: entries(old, (id) => !current.has(id)).map(triggerEntry),
    changed: itemChanges(old, current, 'triggers'),
  };
}

function entries(items: Items, wanted: (id: string) => boolean): [string, Readonly<Record<string, Json>>][] {
  return [...items].filter(([id]) => wanted(id)).sort(([a], [b]) => compare(a, b));
}

function stageEntry([id, definition]: [string, Readonly<Record<string, Json>>]): StageEntry {
  return { id, component: String(definition.component ?? ''), definition };
}

function triggerEntry([id, definition]: [string, Readonly<Record<string, Json>>]): TriggerEntry {
  return { id, type: String(definition.type ?? ''), definition };
}

/** The triggers of a definition, as entries; of a pipeline that was added or removed. */
export function triggersOf(definition: PipelineDefinition | JsonObject): TriggerEntry[] {
  return entries(keyedItems(definitionJson(definition).triggers) ?? new Map(), () => true).map(triggerEntry);
}

function itemChanges(old: Items, current: Items, key: string): { id: string; changes: Change[] }[] {
  const shape = memberShape(PIPELINE_SHAPE, key);
  return entries(current, (id) => old.has(id)).flatMap(([id, item]) => {
    const before = old.get(id) as Json;
    const itemShape = shape.kind === 'keyed' ? shape.item([before, item as Json]) : PLAIN;
    const changes = changesOf(before, item as Json, itemShape);
    return changes.length === 0 ? [] : [{ id, changes }];
  });
}

function moves(
  before: JsonObject,
  after: JsonObject,
  { old, current, renames }: { old: Items; current: Items; renames: ReadonlyMap<string, string> },
): StageMove[] {
  const [places, newPlaces] = [new Places(before.stages), new Places(after.stages)];
  const moved: StageMove[] = [];
  for (const id of old.keys()) {
    const name = renames.get(id) ?? id;
    if (!current.has(name)) continue;
    const [from, to] = [places.of(id), newPlaces.of(name)];
    if (placeText(from, renames) !== placeText(to)) moved.push({ id: name, from, to });
  }
  return moved.sort((a, b) => compare(a.id, b.id));
}

/** A place as it is called after the renames: whoever renames an owner does not move what is in it. */
function placeText({ owner, gate }: StagePlace, renames?: ReadonlyMap<string, string>): string {
  const name = (id: string): string => renames?.get(id) ?? id;
  return JSON.stringify([owner && [name(owner.stage), owner.list], gate && [name(gate.stage), ...gate.branches]]);
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
