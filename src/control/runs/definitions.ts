import { fail } from '../../core/errors.ts';
import type { PipelineDefinition } from '../../core/pipeline.ts';
import type { ReleaseManifest } from '../../core/release/manifest.ts';
import { componentName, type Definitions } from '../../core/stage-at.ts';
import type { Release } from '../../store/releases.ts';
import type { StoreTransaction } from '../../store/store.ts';

type Releases = Pick<StoreTransaction, 'releases'>;

/** A stored release. Throws FlowMasonError `NOT_FOUND`. */
export async function requireRelease(
  { releases }: Releases,
  digest: string,
): Promise<{ readonly stored: Release; readonly manifest: ReleaseManifest }> {
  const stored = await releases.get(digest);
  if (!stored) return fail('NOT_FOUND', `Release ${digest} is not stored any more`);
  // It was verified before it was stored.
  return { stored, manifest: JSON.parse(stored.manifest) as ReleaseManifest };
}

/** The pipeline of a run and everything that it calls, as its release has them. Throws FlowMasonError `NOT_FOUND`. */
export async function definitionsOf(store: Releases, release: string, main: string): Promise<Definitions> {
  const { manifest } = await requireRelease(store, release);
  const digests = new Map(Object.entries(manifest.pipelines));
  const pipelines = new Map<string, PipelineDefinition>();
  for (let level = [main]; level.length > 0; ) {
    const found = await store.releases.content(level.flatMap((name) => digests.get(name) ?? []));
    // What is stored was compiled before, so it is one.
    const definitions = found.map(({ definition }) => JSON.parse(definition) as PipelineDefinition);
    for (const definition of definitions) pipelines.set(definition.name, definition);
    level = [...new Set(definitions.flatMap(callsOf))].filter((name) => digests.has(name) && !pipelines.has(name));
  }
  return { main, pipelines };
}

function callsOf({ stages }: PipelineDefinition): string[] {
  const calls = stages.filter((stage) => componentName(stage) === 'subpipeline');
  return calls.flatMap(({ config }) => (typeof config?.pipeline === 'string' ? [config.pipeline] : []));
}
