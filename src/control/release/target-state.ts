import type { ComponentDescriptor } from '../../core/descriptor.ts';
import type { Digest } from '../../core/release/digest.ts';
import type { ReleaseManifest } from '../../core/release/manifest.ts';
import type { Deployment } from '../../store/deployments.ts';
import type { Environment } from '../../store/environments.ts';
import type { StoreTransaction } from '../../store/store.ts';
import type { ControlPlane } from '../control.ts';
import { readEnvironment } from '../environment/settings.ts';
import type { NamedRelease } from './check-release.ts';

/** Everything about a target that decides whether a release may become active in it. */
export interface TargetState {
  readonly kind: ControlPlane['kind'];
  readonly environment: Environment;
  readonly descriptors: ReadonlyMap<string, ComponentDescriptor>;
  /** Names of variables that have a value, among those that the release reads. */
  readonly vars: ReadonlySet<string>;
  /** Secrets that can be read, among those that the release names; undefined when nobody can tell. */
  readonly secrets: ReadonlySet<string> | undefined;
  /** Names of its pipelines that are another project's. */
  readonly taken: readonly { readonly name: string; readonly project: string }[];
  /** The entry that rolled away from it. */
  readonly rolledBack: Deployment | undefined;
  /** An entry of its version with another release. */
  readonly sameVersion: Deployment | undefined;
  /** Kinds of evidence that it has. */
  readonly evidence: ReadonlySet<string>;
  /** Names whose removal was agreed to for this release. */
  readonly consented: ReadonlySet<string>;
}

/** What a consent to removals is kept as: evidence, so that it travels with the release. */
export const REMOVALS = 'removals';

/** Variables and secrets that a release needs here. In an org triggers are not active, so what they read is not needed. */
export function neededIn(
  { requires }: ReleaseManifest,
  kind: ControlPlane['kind'],
): { readonly vars: readonly string[]; readonly secrets: readonly string[] } {
  if (kind === 'org') return requires;
  const { triggers } = requires;
  return {
    vars: [...new Set([...requires.vars, ...triggers.vars])].sort(),
    secrets: [...new Set([...requires.secrets, ...triggers.secrets])].sort(),
  };
}

/** Asks who executes runs; outside of transactions, because it may take long. */
export async function readSecrets(
  control: ControlPlane,
  { manifest }: NamedRelease,
): Promise<ReadonlySet<string> | undefined> {
  const { secrets } = neededIn(manifest, control.kind);
  return secrets.length === 0 ? new Set() : control.secrets(secrets);
}

/** The state of a target as far as it matters to a release. */
export async function readTarget(
  store: Omit<StoreTransaction, 'transaction'>,
  control: ControlPlane,
  { manifest, digest }: NamedRelease,
  secrets: ReadonlySet<string> | undefined,
): Promise<TargetState> {
  const { kind, descriptors } = control;
  const { project, version } = manifest;
  const log = { environment: control.environment, project };
  const { vars: names } = neededIn(manifest, kind);
  const stored = names.length === 0 ? {} : await store.vars.snapshot(control.environment, names);
  const evidence = await store.evidence.list(digest);
  return {
    kind,
    environment: await readEnvironment(store, control),
    descriptors,
    // Only whether they are there: a value of the host may fail to be read, which is for the run to say.
    vars: new Set(names.filter((name) => Object.hasOwn(stored, name) || Object.hasOwn(control.vars, name))),
    secrets,
    taken: await store.releases.takenNames(control.environment, project, Object.keys(manifest.pipelines)),
    rolledBack: await store.deployments.rolledBackBy(log, digest),
    sameVersion: await store.deployments.ofVersion(log, version, digest),
    evidence: new Set(evidence.map(({ kind }) => kind)),
    consented: namesIn(evidence.find(({ kind }) => kind === REMOVALS)?.content),
  };
}

/** The names that a consent is about; none of what is no consent. */
export function namesIn(content: unknown): Set<string> {
  const { names } = (typeof content === 'object' && content !== null ? content : {}) as { readonly names?: unknown };
  return new Set(Array.isArray(names) ? names.filter((name) => typeof name === 'string') : []);
}

/** What becomes of a digest's pipelines: names that are new, have another digest, are gone. */
export function compareDigests(
  before: ReleaseManifest | undefined,
  after: ReleaseManifest,
): { readonly added: number; readonly changed: number; readonly removed: readonly string[] } {
  const [olds, news] = [before?.pipelines ?? {}, after.pipelines];
  const has = (side: Readonly<Record<string, Digest>>, name: string): boolean => Object.hasOwn(side, name);
  const names = Object.keys(news);
  return {
    added: names.filter((name) => !has(olds, name)).length,
    changed: names.filter((name) => has(olds, name) && olds[name] !== news[name]).length,
    removed: Object.keys(olds)
      .filter((name) => !has(news, name))
      .sort(),
  };
}
