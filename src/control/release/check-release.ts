import { fail } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import { canonicalJson } from '../../core/release/canonical.ts';
import type { Digest } from '../../core/release/digest.ts';
import { heldFacts, type PipelineFacts } from '../../core/release/facts.ts';
import { manifestDigest, type ReleaseManifest, releaseLimits } from '../../core/release/manifest.ts';
import { type ManifestIssue, parseManifest } from '../../core/release/manifest-schema.ts';
import { type Misfit, verifyRelease } from '../../core/release/verify.ts';
import { sha256Hex } from '../../core/sha256.ts';
import type { NewPipeline, Release } from '../../store/releases.ts';
import type { StoreTransaction } from '../../store/store.ts';
import type { ControlPlane } from '../control.ts';

/** A release whose manifest is valid and has the digest that it should have. */
export interface NamedRelease {
  readonly manifest: ReleaseManifest;
  readonly digest: Digest;
}

/** One that is what its manifest says, recomputed from its stored pipelines. */
export interface CheckedRelease extends NamedRelease {
  /** Of its pipelines by name; those that use a component which is unknown here have none. */
  readonly facts: ReadonlyMap<string, PipelineFacts>;
  /** Those of them that were not kept before, and for which checker. */
  readonly fresh: { readonly checker: string; readonly facts: readonly PipelineFacts[] };
}

/** Throws FlowMasonError `RELEASE_INVALID` with every issue, `RELEASE_MISMATCH` when it has another digest. */
export function nameRelease(candidate: unknown, digest: Digest | undefined): NamedRelease {
  const { manifest, issues } = parsed(candidate);
  if (!manifest) return refuseManifest(issues);
  const found = manifestDigest(manifest);
  if (digest !== undefined && found !== digest)
    fail('RELEASE_MISMATCH', `The digest of the release is ${found}, and it was sent as ${digest}`);
  return { manifest, digest: found };
}

function parsed(candidate: unknown): { manifest?: ReleaseManifest; issues: readonly ManifestIssue[] } {
  const result = parseManifest(candidate);
  return result.issues ? { issues: result.issues } : { manifest: result.manifest, issues: [] };
}

function refuseManifest(issues: readonly ManifestIssue[]): never {
  const [first] = issues;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  fail(
    'RELEASE_INVALID',
    `The manifest: ${first?.path.join('.') || 'it'}: ${first?.message ?? 'is not valid'}${more}`,
    {
      details: { issues: issues.map(({ path, message }) => ({ path: path.join('.'), message })) },
    },
  );
}

/** A release that is stored. Throws FlowMasonError `NOT_FOUND`. */
export async function storedRelease(
  { releases }: Pick<StoreTransaction, 'releases'>,
  digest: Digest,
): Promise<NamedRelease & { readonly row: Release }> {
  const row = await releases.get(digest);
  if (!row) {
    return fail('NOT_FOUND', `There is no release ${digest} here`, {
      hint: 'fm history; a release that was not active for long is deleted after a while',
    });
  }
  return { manifest: manifestOf(row), digest, row };
}

/** The manifest of a stored release. */
export function manifestOf({ manifest }: Pick<Release, 'manifest'>): ReleaseManifest {
  // Only manifests that `nameRelease` took are stored.
  return JSON.parse(manifest) as ReleaseManifest;
}

/**
 * Recomputes a release from its pipelines, which are stored or brought along. What this control plane has checked before
 * is believed, so that the work is in proportion to what is new. Answers the digests that have to be uploaded first, if
 * there are any. Throws FlowMasonError `RELEASE_INVALID`, `RELEASE_MISMATCH` with every misfit and what is wrong in which pipeline.
 */
export async function checkRelease(
  control: ControlPlane,
  { manifest, digest }: NamedRelease,
  brought: readonly NewPipeline[] = [],
): Promise<{ readonly missing: readonly Digest[]; readonly checked?: CheckedRelease }> {
  const { store, descriptors, limits } = control;
  const checker = checkerFor(control, manifest);
  // What this process has found itself need not be read.
  const own = checker === control.checker ? control.checked : undefined;
  const mine = own ? heldFacts(own, manifest.pipelines) : new Map<string, PipelineFacts>();
  const others = Object.entries(manifest.pipelines).filter(([name]) => !mine.has(name));
  const kept = await store.releases.facts(
    others.map(([, pipeline]) => pipeline),
    checker,
  );
  const known = own ? new Map([...own, ...kept]) : kept;
  const held = heldFacts(known, manifest.pipelines);
  const open = Object.entries(manifest.pipelines).filter(([name]) => !held.has(name));
  const content = await store.releases.content(open.map(([, pipeline]) => pipeline));
  const sources = new Map([...brought, ...content].map((pipeline) => [pipeline.digest, pipeline.source]));
  const missing = new Set(open.map(([, pipeline]) => pipeline).filter((pipeline) => !sources.has(pipeline)));
  // It may not have been uploaded, and not been kept.
  const found = [...mine.values()].map(({ digest: pipeline }) => pipeline);
  for (const pipeline of await store.releases.missing(found)) if (!sources.has(pipeline)) missing.add(pipeline);
  if (missing.size > 0) return { missing: [...missing] };
  const texts = new Map(open.map(([name, pipeline]) => [name, sources.get(pipeline) ?? '']));
  const { misfits, facts } = await verifyRelease(manifest, texts, { descriptors, limits, digest, known });
  if (misfits.length > 0) refuseMisfits(misfits);
  const unkept = found.length === 0 ? new Set() : await store.releases.unchecked(found, checker);
  const isFresh = ([name, one]: [string, PipelineFacts]): boolean => !held.has(name) || unkept.has(one.digest);
  const fresh = [...facts].filter(isFresh).map(([, one]) => one);
  return { missing: [], checked: { manifest, digest, facts, fresh: { checker, facts: fresh } } };
}

/** What was checked under other limits says nothing about a release that lowers them. */
function checkerFor({ checker, limits }: ControlPlane, manifest: ReleaseManifest): string {
  if (!manifest.settings.limits) return checker;
  // Limits are plain numbers.
  return sha256Hex(`${checker} ${canonicalJson(releaseLimits(limits, manifest) as unknown as Json)}`);
}

function refuseMisfits(misfits: readonly Misfit[]): never {
  const first = misfits.find(({ code }) => code === 'RELEASE_INVALID') ?? misfits[0];
  const more = misfits.length > 1 ? ` (and ${misfits.length - 1} more)` : '';
  fail(first?.code ?? 'RELEASE_INVALID', `${first?.message}${more}`, {
    problems: misfits.flatMap(({ problems = [] }) => problems),
    details: {
      misfits: misfits.map(({ code, message, path, pipeline }) => ({
        code,
        message,
        path: path.map(String),
        ...(pipeline === undefined ? undefined : { pipeline }),
      })),
    },
  });
}

/** Throws FlowMasonError `PIPELINES_MISSING` with the digests of what has to be uploaded. */
export function requireUploaded({ digest }: NamedRelease, missing: readonly Digest[]): void {
  if (missing.length === 0) return;
  fail('PIPELINES_MISSING', `${missing.length} pipelines of release ${digest} have not been uploaded`, {
    hint: 'Send them with PUT /pipelines/by-digest, then repeat the call.',
    details: { missing: [...missing] },
  });
}

/** Stores a checked release and what its check found; false when it is known. Throws FlowMasonError `PIPELINES_MISSING`. */
export async function keepRelease(
  { releases }: Pick<StoreTransaction, 'releases'>,
  { manifest, digest, fresh }: CheckedRelease,
): Promise<boolean> {
  const { project, version, pipelines } = manifest;
  // A manifest is plain JSON.
  const text = canonicalJson(manifest as unknown as Json);
  const created = await releases.putManifest({ digest, project, version, manifest: text, pipelines });
  if (fresh.facts.length > 0) await releases.putFacts(fresh.checker, fresh.facts);
  return created;
}
