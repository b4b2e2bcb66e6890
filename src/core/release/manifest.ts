import { fail } from '../errors.ts';
import { type Json, type JsonObject, own } from '../json.ts';
import type { Limits } from '../limits.ts';
import type { Plan, Requirements } from '../plan.ts';
import { quote } from '../quote.ts';
import { definitionJson } from './definition-json.ts';
import { type Digest, digestOf } from './digest.ts';
import type { PipelineFacts } from './facts.ts';

/** Settings of a project that change what a run does. */
export interface ReleaseSettings {
  readonly ai?: { readonly model?: string };
  /** Those that the project lowers. */
  readonly limits?: Partial<Limits>;
}

/** The names that a release reads from its environment, each list sorted and without repetitions. */
export interface ReleaseNeeds {
  readonly vars: readonly string[];
  readonly secrets: readonly string[];
  /** Secrets that are read where they exist. */
  readonly optional_secrets: readonly string[];
  /** What only triggers read: needed where they are active, which they are not in a local org. */
  readonly triggers: { readonly vars: readonly string[]; readonly secrets: readonly string[] };
}

/**
 * What a release is (DEPLOYMENT.md 1): an immutable list of what runs and what it needs. Nothing else is in it, no
 * secret, no value of a variable, no author, no time, so that the same project has the same digest everywhere.
 */
export interface ReleaseManifest {
  /** Also says that digests are SHA-256 over RFC 8785 JSON. */
  readonly format: 1;
  readonly project: string;
  readonly version: string;
  /** Pipeline name to the digest of its definition. */
  readonly pipelines: Readonly<Record<string, Digest>>;
  readonly settings: ReleaseSettings;
  readonly requires: ReleaseNeeds;
  /** Component name to version, of those that are used. */
  readonly components: Readonly<Record<string, string>>;
}

/** A pipeline that was checked, with the text of its file, which travels beside the definition. */
export interface ReleasePart {
  readonly plan: Plan;
  /** With its byte order mark, if it has one: `pull` gives the file back byte for byte. */
  readonly text: string;
}

export interface ReleasePipeline {
  readonly name: string;
  readonly digest: Digest;
  readonly definition: JsonObject;
  readonly text: string;
}

export interface Release {
  readonly manifest: ReleaseManifest;
  readonly digest: Digest;
  /** By name, sorted. */
  readonly pipelines: readonly ReleasePipeline[];
}

export interface ReleaseInput {
  readonly project: string;
  readonly version: string;
  readonly settings: ReleaseSettings;
  /** Every pipeline of the project, in any order. */
  readonly parts: readonly ReleasePart[];
}

/** What a manifest needs to know of a pipeline: its facts have it. */
export type ManifestPart = Pick<PipelineFacts, 'name' | 'digest' | 'requires'>;

export interface ManifestInput extends Omit<ReleaseInput, 'parts'> {
  /** Every pipeline of the project, in any order. */
  readonly pipelines: readonly ManifestPart[];
}

/**
 * The release that checked pipelines make. The same project gives the same one, whatever the order of the parts. Throws
 * FlowMasonError `PIPELINE_NAME_TAKEN` for two pipelines of one name, and what `canonicalJson` throws.
 */
export function makeRelease({ parts, ...input }: ReleaseInput): Release {
  const made = parts.map(({ plan, text }) => {
    const definition = definitionJson(plan.definition);
    return { name: plan.name, digest: digestOf(definition), definition, text, requires: plan.requires };
  });
  made.sort(byName);
  const pipelines = made.map(({ requires: _requires, ...pipeline }): ReleasePipeline => pipeline);
  return { ...makeManifest({ ...input, pipelines: made }), pipelines };
}

/** The same from what is known of pipelines, without their definitions. Throws FlowMasonError `PIPELINE_NAME_TAKEN`. */
export function makeManifest(input: ManifestInput): { readonly manifest: ReleaseManifest; readonly digest: Digest } {
  const { project, version, settings } = input;
  const pipelines = [...input.pipelines].sort(byName);
  for (const [i, { name }] of pipelines.entries()) {
    if (name === pipelines[i + 1]?.name) fail('PIPELINE_NAME_TAKEN', `Two pipelines are called ${quote(name)}`);
  }
  const manifest: ReleaseManifest = {
    format: 1,
    project,
    version,
    pipelines: Object.fromEntries(pipelines.map(({ name, digest }) => [name, digest])),
    settings: settingsOf(settings),
    requires: needsOf(pipelines),
    components: componentsOf(pipelines),
  };
  return { manifest, digest: manifestDigest(manifest) };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/** The identity of a release. */
export function manifestDigest(manifest: ReleaseManifest): Digest {
  // A manifest is plain JSON.
  return digestOf(manifest as unknown as Json);
}

/** A plan, or the facts of one. */
type Needing = Pick<PipelineFacts, 'requires'>;

/** What the pipelines of a release need together. */
export function needsOf(pipelines: readonly Needing[]): ReleaseNeeds {
  const names = (of: (requires: Requirements) => readonly string[]): string[] =>
    [...new Set(pipelines.flatMap(({ requires }) => of(requires)))].sort();
  const secrets = names((requires) => requires.secrets);
  return {
    vars: names(({ vars }) => vars),
    secrets,
    optional_secrets: names(({ optionalSecrets }) => optionalSecrets).filter((name) => !secrets.includes(name)),
    triggers: { vars: names(({ triggers }) => triggers.vars), secrets: names(({ triggers }) => triggers.secrets) },
  };
}

function componentsOf(pipelines: readonly Needing[]): Record<string, string> {
  const versions = new Map<string, string>();
  for (const { requires } of pipelines) {
    for (const [name, version] of Object.entries(requires.components)) {
      const other = versions.get(name) ?? version;
      if (other !== version)
        fail('INTERNAL', `Pipelines of one release were checked with ${quote(name)} ${other} and ${version}`);
      versions.set(name, version);
    }
  }
  return Object.fromEntries([...versions].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The limits in force where these are an environment's, and the release may have lower ones. */
export function releaseLimits(limits: Limits, { settings }: Pick<ReleaseManifest, 'settings'>): Limits {
  const entries = Object.entries(limits).map(([name, most]) => {
    const wanted = own(settings.limits ?? {}, name);
    return [name, typeof wanted === 'number' ? Math.min(wanted, most) : most];
  });
  // The names are those of the limits.
  return Object.fromEntries(entries) as unknown as Limits;
}

/** Without what says nothing: an empty object is as good as none, and must not make another digest. */
function settingsOf({ ai, limits }: ReleaseSettings): ReleaseSettings {
  const model = ai?.model === undefined ? undefined : { ai: { model: ai.model } };
  const set = Object.entries(limits ?? {}).filter(([, limit]) => limit !== undefined);
  return { ...model, ...(set.length === 0 ? undefined : { limits: Object.fromEntries(set) }) };
}
