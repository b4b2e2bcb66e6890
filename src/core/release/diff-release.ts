import { fail } from '../errors.ts';
import { type Json, own } from '../json.ts';
import { type Change, changesOf, sortedKeys } from './changes.ts';
import type { Definition } from './definition-json.ts';
import {
  diffPipelines,
  type PipelineDiff,
  type TriggerChange,
  type TriggerEntry,
  triggersOf,
} from './diff-pipeline.ts';
import type { Digest } from './digest.ts';
import type { ReleaseManifest } from './manifest.ts';
import { PLAIN } from './shape.ts';
import type { ReleaseWarning } from './warnings.ts';

/** Names that a release needs and the other does not. */
export interface NamesDiff {
  readonly gained: readonly string[];
  readonly lost: readonly string[];
}

export interface ComponentChange {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** What differs between two releases. Plain JSON; every list is sorted by pipeline, name, id or path. */
export interface ReleaseDiff {
  /** The project's version on each side. */
  readonly version: { readonly before: string | null; readonly after: string };
  readonly pipelines: {
    readonly added: readonly PipelineEntry[];
    readonly removed: readonly PipelineEntry[];
    /** Also those that only list something in another order: their diff is empty. */
    readonly changed: readonly PipelineChange[];
    readonly unchanged: readonly string[];
  };
  /** Those of all pipelines, also of added and removed ones. */
  readonly triggers: {
    readonly added: readonly (TriggerEntry & OfPipeline)[];
    readonly removed: readonly (TriggerEntry & OfPipeline)[];
    readonly changed: readonly (TriggerChange & OfPipeline)[];
  };
  /** Paths such as `["ai", "model"]`. */
  readonly settings: readonly Change[];
  readonly needs: {
    readonly vars: NamesDiff;
    readonly secrets: NamesDiff;
    readonly optional_secrets: NamesDiff;
    readonly trigger_vars: NamesDiff;
    readonly trigger_secrets: NamesDiff;
    readonly components: NamesDiff & { readonly changed: readonly ComponentChange[] };
  };
  readonly warnings: readonly (ReleaseWarning & OfPipeline)[];
}

interface OfPipeline {
  readonly pipeline: string;
}

export interface PipelineEntry {
  readonly name: string;
  readonly digest: Digest;
  readonly version: string | null;
  readonly stages: number;
}

export interface PipelineChange {
  readonly name: string;
  readonly before: Digest;
  readonly after: Digest;
  readonly diff: PipelineDiff;
}

/** The pipelines whose definitions `diffReleases` looks at: those that are not the same on both sides. */
export function digestsToCompare(before: ReleaseManifest | undefined, after: ReleaseManifest): Digest[] {
  const digests = new Set<Digest>();
  for (const { old, current } of pairs(before, after)) {
    if (old === current) continue;
    for (const digest of [old, current]) if (digest !== undefined) digests.add(digest);
  }
  return [...digests];
}

/**
 * Compares two releases; `before` is undefined for the first one of an environment. Only pipelines with different
 * digests are looked at, so that `definitions` needs those of `digestsToCompare` and no others. Throws FlowMasonError
 * `INTERNAL` when one of them is missing.
 */
export function diffReleases(
  before: ReleaseManifest | undefined,
  after: ReleaseManifest,
  definitions: ReadonlyMap<Digest, Definition>,
): ReleaseDiff {
  const find = (digest: Digest): Definition =>
    definitions.get(digest) ?? fail('INTERNAL', `The definition of the pipeline ${digest} was not loaded`);
  const added: PipelineEntry[] = [];
  const removed: PipelineEntry[] = [];
  const changed: PipelineChange[] = [];
  const unchanged: string[] = [];
  const triggers = new TriggerLists();
  for (const { name, old, current } of pairs(before, after)) {
    if (old === current) unchanged.push(name);
    else if (old !== undefined && current !== undefined) {
      const diff = diffPipelines(find(old), find(current));
      changed.push({ name, before: old, after: current, diff });
      triggers.take(name, diff.triggers);
    } else if (current !== undefined) {
      added.push(entry(name, current, find(current)));
      triggers.take(name, { added: triggersOf(find(current)), removed: [], changed: [] });
    } else if (old !== undefined) {
      removed.push(entry(name, old, find(old)));
      triggers.take(name, { added: [], removed: triggersOf(find(old)), changed: [] });
    }
  }
  return {
    version: { before: before?.version ?? null, after: after.version },
    pipelines: { added, removed, changed, unchanged },
    triggers: { added: triggers.added, removed: triggers.removed, changed: triggers.changed },
    // Settings are plain JSON.
    settings: changesOf((before?.settings ?? {}) as Json, after.settings as Json, PLAIN),
    needs: needs(before, after),
    warnings: changed.flatMap(({ name, diff }) => diff.warnings.map((warning) => ({ pipeline: name, ...warning }))),
  };
}

/** Every pipeline name of both, sorted, with its digest on each side. */
function* pairs(
  before: ReleaseManifest | undefined,
  after: ReleaseManifest,
): Generator<{ name: string; old: Digest | undefined; current: Digest | undefined }> {
  const [olds, currents] = [before?.pipelines ?? {}, after.pipelines];
  // Digests are texts.
  for (const name of sortedKeys(olds, currents))
    yield { name, old: own(olds, name) as string | undefined, current: own(currents, name) as string | undefined };
}

class TriggerLists {
  readonly added: (TriggerEntry & OfPipeline)[] = [];
  readonly removed: (TriggerEntry & OfPipeline)[] = [];
  readonly changed: (TriggerChange & OfPipeline)[] = [];

  take(pipeline: string, { added, removed, changed }: PipelineDiff['triggers']): void {
    this.added.push(...added.map((trigger) => ({ pipeline, ...trigger })));
    this.removed.push(...removed.map((trigger) => ({ pipeline, ...trigger })));
    this.changed.push(...changed.map((change) => ({ pipeline, ...change })));
  }
}

function entry(name: string, digest: Digest, definition: Definition): PipelineEntry {
  const { version, stages } = definition;
  return {
    name,
    digest,
    version: typeof version === 'string' ? version : null,
    stages: Array.isArray(stages) ? stages.length : 0,
  };
}

function needs(before: ReleaseManifest | undefined, after: ReleaseManifest): ReleaseDiff['needs'] {
  const names = (of: (requires: ReleaseManifest['requires']) => readonly string[]): NamesDiff =>
    namesDiff(before ? of(before.requires) : [], of(after.requires));
  const components = before?.components ?? {};
  const changed = Object.keys(after.components)
    .sort()
    .flatMap((name): ComponentChange[] => {
      const [old, current] = [own(components, name), own(after.components, name)];
      return old === undefined || old === current ? [] : [{ name, before: String(old), after: String(current) }];
    });
  return {
    vars: names(({ vars }) => vars),
    secrets: names(({ secrets }) => secrets),
    optional_secrets: names(({ optional_secrets }) => optional_secrets),
    trigger_vars: names(({ triggers }) => triggers.vars),
    trigger_secrets: names(({ triggers }) => triggers.secrets),
    components: { ...namesDiff(Object.keys(components), Object.keys(after.components)), changed },
  };
}

function namesDiff(before: readonly string[], after: readonly string[]): NamesDiff {
  const [old, current] = [new Set(before), new Set(after)];
  return {
    gained: [...current].filter((name) => !old.has(name)).sort(),
    lost: [...old].filter((name) => !current.has(name)).sort(),
  };
}
