import type { Finding, PlanView } from '../../core/api/deployment.ts';
import type { Json } from '../../core/json.ts';
import { canonicalJson } from '../../core/release/canonical.ts';
import { diffReleases, digestsToCompare, type ReleaseDiff } from '../../core/release/diff-release.ts';
import type { Digest } from '../../core/release/digest.ts';
import type { ReleaseManifest } from '../../core/release/manifest.ts';
import { sha256Hex } from '../../core/sha256.ts';
import type { NewPipeline } from '../../store/releases.ts';
import type { StoreTransaction } from '../../store/store.ts';
import type { ControlPlane } from '../control.ts';
import { manifestOf, type NamedRelease } from './check-release.ts';
import { gates, type Wish } from './gates.ts';
import { type Findings, preflight } from './preflight.ts';
import { compareDigests, readTarget, type TargetState } from './target-state.ts';

/** What a plan is for. */
export interface PlanOptions extends Wish {
  /** Whoever plans agrees to every removal. */
  readonly prune: boolean;
  /** Names that were agreed to elsewhere, before the release came here. */
  readonly consented: readonly string[];
  /** Kinds of evidence that it has elsewhere and brings along. */
  readonly proven: readonly string[];
  /** Pipelines that are not stored yet. */
  readonly brought: readonly NewPipeline[];
  readonly missing: readonly Digest[];
  readonly secrets: ReadonlySet<string> | undefined;
}

/** What making a release active would do now, and whether it may. Reads, and writes nothing. */
export async function makePlan(
  control: ControlPlane,
  release: NamedRelease,
  options: PlanOptions,
): Promise<Omit<PlanView, 'id' | 'expires_at'>> {
  const { store, environment } = control;
  const { manifest, digest } = release;
  const { project, version } = manifest;
  const active = await store.releases.active(environment, project);
  const before = active && manifestOf(active);
  const here = await readTarget(store, control, release, options.secrets);
  const target = { ...here, evidence: new Set([...here.evidence, ...options.proven]) };
  const { removed, ...counts } = compareDigests(before, manifest);
  const consented = new Set([...target.consented, ...options.consented, ...(options.prune ? removed : [])]);
  const diff = options.missing.length > 0 ? null : await diffOf(store, before, manifest, options.brought);
  const isActive = active?.digest === digest;
  const found: Findings = isActive ? { problems: [], warnings: [] } : assess(manifest, target, options);
  const base = active ? { number: active.number, release: active.digest, version: active.version } : null;
  return {
    hash: planHash(control, { project, base: base?.number ?? 0, release: digest, removals: removed }),
    environment,
    project,
    kind: options.kind,
    origin: options.origin,
    base,
    release: { digest, version },
    active: isActive,
    missing: options.missing,
    diff,
    changes: { ...counts, removed: removed.length },
    removals: removed,
    unconsented: removed.filter((name) => !consented.has(name)),
    preflight: { problems: found.problems, warnings: [...found.warnings, ...(diff ? releaseWarnings(diff) : [])] },
  };
}

/** Everything that stands in the way, the gates of the environment first. */
export function assess(manifest: ReleaseManifest, target: TargetState, wish: Wish): Findings {
  const [passed, needed] = [gates(manifest, target, wish), preflight(manifest, target)];
  return {
    problems: [...passed.problems, ...needed.problems],
    warnings: [...passed.warnings, ...needed.warnings],
  };
}

/** What differs, from the definitions of what is not the same on both sides. */
export async function diffOf(
  { releases }: Pick<StoreTransaction, 'releases'>,
  before: ReleaseManifest | undefined,
  after: ReleaseManifest,
  brought: readonly NewPipeline[] = [],
): Promise<ReleaseDiff> {
  const content = [...brought, ...(await releases.content(digestsToCompare(before, after)))];
  return diffReleases(
    before,
    after,
    new Map(content.map(({ digest, definition }) => [digest, JSON.parse(definition)])),
  );
}

/** Two plans with the same hash do the same. */
export function planHash(
  { environment, tenant }: Pick<ControlPlane, 'environment' | 'tenant'>,
  plan: {
    readonly project: string;
    readonly base: number;
    readonly release: Digest;
    readonly removals: readonly string[];
  },
): string {
  const { project, base, release, removals } = plan;
  return sha256Hex(canonicalJson({ environment, tenant, project, base, release, removals: [...removals] }));
}

function releaseWarnings({ warnings }: ReleaseDiff): Finding[] {
  return warnings.map(({ code, message, hint, pipeline, path, reason }) => ({
    code,
    message,
    ...(hint === undefined ? undefined : { hint }),
    details: { pipeline, path: path.map(String), ...(reason === undefined ? undefined : { reason }) } satisfies Json,
  }));
}
