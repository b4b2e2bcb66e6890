import { FlowMasonError } from '../../../core/errors.ts';
import type { Definition } from '../../../core/release/definition-json.ts';
import type { Digest } from '../../../core/release/digest.ts';
import type { ReleaseManifest } from '../../../core/release/manifest.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import { openKnown } from '../../known.ts';
import { localRelease, requireProject } from '../../project/local-release.ts';
import type { Workspace } from '../../project/workspace.ts';
import { openTarget, type TargetFlags } from '../../target.ts';
import { loadActive, loadManifest } from '../release/active.ts';
import { loadContent } from '../release/content.ts';
import { findRelease, shownWord } from '../release/find-release.ts';
import { definitionOf } from '../release/plan.ts';
import { partialRelease } from './files.ts';
import { type LocalPipeline, readLocalSide } from './local-side.ts';
import type { Operand } from './operand.ts';

/** One side of a comparison. */
export type Side =
  | { readonly kind: 'file'; readonly shown: string; readonly name: string; readonly pipeline: LocalPipeline }
  | ReleaseSide;

export interface ReleaseSide {
  readonly kind: 'release';
  readonly shown: string;
  readonly manifest: ReleaseManifest;
  /** Nothing was compiled, so it is not known what the pipelines need. */
  readonly partial: boolean;
  /** Texts of its pipelines. */
  readonly texts: (digests: readonly Digest[]) => Promise<ReadonlyMap<Digest, string>>;
}

/** Opens targets for the sides of a comparison, each once. */
export class SideReader {
  readonly #workspace: Workspace;
  readonly #flags: TargetFlags;
  readonly #targets = new Map<string, Promise<Target>>();

  /** `flags`: where releases are that name no place. */
  constructor(workspace: Workspace, flags: TargetFlags) {
    this.#workspace = workspace;
    this.#flags = flags;
  }

  /** Throws FlowMasonError `NOT_FOUND`, `INVALID_FILE`, `USAGE`, and what opening a target throws. */
  async read(operand: Operand): Promise<Side> {
    if (operand.kind === 'release') return this.#release(operand);
    if (operand.kind === 'files') {
      const compiled = await this.#compiled();
      if (compiled) return compiled;
    }
    const side = readLocalSide(operand, this.#workspace);
    if (side.kind === 'file') return side;
    const { manifest, definitions } = partialRelease(side.config, side.pipelines);
    const texts = new Map([...definitions].map(([digest, definition]) => [digest, JSON.stringify(definition)]));
    return { kind: 'release', shown: side.shown, manifest, partial: true, texts: async () => texts };
  }

  async close(): Promise<void> {
    for (const target of this.#targets.values()) await (await target).close();
  }

  /** The working copy as a release; undefined when it is not valid, which keeps nobody from comparing it. */
  async #compiled(): Promise<ReleaseSide | undefined> {
    try {
      const { workspace, descriptors } = await openKnown(this.#workspace.cwd);
      const { release, pipelines } = await localRelease(workspace, descriptors);
      const texts = new Map([...pipelines.values()].map(({ digest, text }) => [digest, text]));
      const find = (digests: readonly Digest[]) =>
        new Map(digests.flatMap((digest) => [...toEntry(digest, texts.get(digest)?.())]));
      return {
        kind: 'release',
        shown: 'files',
        manifest: release.manifest,
        partial: false,
        texts: async (digests) => find(digests),
      };
    } catch (error) {
      if (error instanceof FlowMasonError && error.code === 'INVALID_FILE') return undefined;
      throw error;
    }
  }

  async #release({ place, release }: Extract<Operand, { kind: 'release' }>): Promise<ReleaseSide> {
    const flags = !place ? this.#flags : 'org' in place ? { org: place.org } : { env: place.environment };
    const target = await this.#open(flags);
    const { client, name, kind } = target;
    const project = requireProject(this.#workspace).config.name;
    const active = await loadActive(client, project);
    const found = await findRelease(target, project, release, active);
    const manifest = found.digest === active?.digest ? active.manifest : await loadManifest(client, found.digest);
    const where = kind === 'org' && name !== 'local' ? `org ${name}` : name;
    return {
      kind: 'release',
      shown: release.kind === 'active' ? `${where} #${found.number}` : `${where} ${shownWord(release)}`,
      manifest,
      partial: false,
      texts: (digests) => loadContent(client, digests),
    };
  }

  #open(flags: TargetFlags): Promise<Target> {
    const key = JSON.stringify(flags);
    const target = this.#targets.get(key) ?? openTarget(this.#workspace, flags);
    this.#targets.set(key, target);
    return target;
  }
}

function toEntry(digest: Digest, text: string | undefined): [Digest, string][] {
  return text === undefined ? [] : [[digest, text]];
}

/** Definitions of both sides, by digest. */
export async function definitionsOf(
  sides: readonly ReleaseSide[],
  wanted: readonly Digest[],
): Promise<ReadonlyMap<Digest, Definition>> {
  const definitions = new Map<Digest, Definition>();
  for (const { manifest, texts } of sides) {
    const own = new Set(Object.values(manifest.pipelines));
    const missing = wanted.filter((digest) => own.has(digest) && !definitions.has(digest));
    if (missing.length === 0) continue;
    const found = await texts(missing);
    for (const digest of missing) definitions.set(digest, definitionOf(found.get(digest)));
  }
  return definitions;
}
