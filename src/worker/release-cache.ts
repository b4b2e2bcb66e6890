import type { ComponentDescriptor } from '../core/descriptor.ts';
import { fail } from '../core/errors.ts';
import { kept } from '../core/kept.ts';
import type { Plan } from '../core/plan.ts';
import type { Needs } from '../core/provide.ts';
import { compileClosure } from '../core/release/compile-closure.ts';
import { needsOf, type ReleaseManifest } from '../core/release/manifest.ts';
import type { Runtime } from '../executor/types.ts';
import type { Store } from '../store/store.ts';

/** A pipeline of a release, ready to run. */
export interface LoadedPipeline {
  /** Undefined when a component is unknown here. */
  readonly plan: Plan | undefined;
  /** With everything that it names. */
  readonly plans: ReadonlyMap<string, Plan>;
  readonly unknown: readonly string[];
  /** What all of them together need. */
  readonly needs: Needs;
  /** The host's, with the settings of the release. */
  readonly runtime: Runtime;
  readonly release: { readonly version: string; readonly digest: string };
}

export interface ReleaseCache {
  /** Pipelines that it keeps. */
  readonly size: number;
  /** Throws FlowMasonError `NOT_FOUND`, `PIPELINES_MISSING`, `RELEASE_INVALID`. */
  get(release: string, pipeline: string): Promise<LoadedPipeline>;
}

export interface ReleaseCacheOptions {
  readonly runtime: Runtime;
  readonly descriptors: ReadonlyMap<string, ComponentDescriptor>;
  /** Pipelines that are kept; the one that was not used for longest goes first. */
  readonly most: number;
}

/** Plans by release and pipeline. A release never changes, so what was compiled once holds. */
export function releaseCache(store: Pick<Store, 'releases'>, options: ReleaseCacheOptions): ReleaseCache {
  const loaded = kept<LoadedPipeline>(options.most);
  return {
    get size() {
      return loaded.size;
    },
    get: (release, pipeline) => loaded.get(`${release}/${pipeline}`, () => load(store, options, release, pipeline)),
  };
}

async function load(
  { releases }: Pick<Store, 'releases'>,
  { runtime, descriptors }: ReleaseCacheOptions,
  digest: string,
  pipeline: string,
): Promise<LoadedPipeline> {
  const stored = await releases.get(digest);
  if (!stored) return fail('NOT_FOUND', `Release ${digest} is not stored any more`);
  // It was verified before it was stored.
  const manifest = JSON.parse(stored.manifest) as ReleaseManifest;
  const texts = async (digests: readonly string[]) =>
    new Map((await releases.content(digests)).map((row) => [row.digest, row.source]));
  const { plans, unknown, limits } = await compileClosure(manifest, pipeline, texts, {
    descriptors,
    limits: runtime.limits,
  });
  const { vars, secrets, optional_secrets } = needsOf([...plans.values()]);
  return {
    plan: plans.get(pipeline),
    plans,
    unknown,
    needs: { vars, secrets, optionalSecrets: optional_secrets },
    runtime: { ...runtime, limits, defaultModel: manifest.settings.ai?.model ?? runtime.defaultModel },
    release: { version: stored.version, digest },
  };
}
