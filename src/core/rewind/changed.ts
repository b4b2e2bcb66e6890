import type { Recorded } from '../journal.ts';
import { isObject, type Json } from '../json.ts';
import { parsePath, stageName } from '../path.ts';
import type { StageDefinition } from '../pipeline.ts';
import { canonicalJson } from '../release/canonical.ts';
import { type Definitions, stageAt } from '../stage-at.ts';

export interface ChangedStage {
  /** The stage as `--from` takes it: `fetch`, `orders/pay`, `call/fetch`. */
  readonly stage: string;
  readonly change: 'changed' | 'removed';
}

/**
 * The recorded stages whose definition is not what it was when they were recorded (PIPELINES.md 4), and control stages
 * that have recorded what they resolved, such as items. `name` and `description` are for display and do not count.
 */
export function changedStages(before: Definitions, now: Definitions, recorded: Recorded): ChangedStage[] {
  const found = new Map<string, ChangedStage>();
  const seen = new Set<string>();
  for (const path of recordedPaths(recorded)) {
    const steps = parsePath(path) ?? [];
    const stage = stageName(steps);
    if (seen.has(stage)) continue;
    seen.add(stage);
    const was = stageAt(before, steps);
    const is = stageAt(now, steps);
    if (!is) found.set(stage, { stage, change: 'removed' });
    else if (!was || meaning(was) !== meaning(is)) found.set(stage, { stage, change: 'changed' });
  }
  return [...found.values()];
}

function* recordedPaths(recorded: Recorded): Generator<string> {
  for (const end of recorded.ends.values()) {
    if (end.status === 'succeeded' || end.status === 'skipped') yield end.path;
  }
  for (const { path, resolved } of recorded.starts.values()) if (isDecided(resolved)) yield path;
}

/** Nulls and nothing at all are not held against a new definition: no deadline, no error. */
function isDecided(resolved: Json | undefined): boolean {
  return isObject(resolved) && Object.values(resolved).some((value) => value !== null);
}

/** What a stage does, without what only shows; the order of keys never counts in JSON. */
function meaning(stage: StageDefinition): string {
  const { name: _name, description: _description, ...rest } = stage;
  // A definition is what a JSON file held.
  return canonicalJson(rest as unknown as Json);
}
