import type { JsonObject } from '../../../core/json.ts';
import type { Digest } from '../../../core/release/digest.ts';
import type { ReleaseManifest } from '../../../core/release/manifest.ts';
import type { LocalRelease } from '../../project/local-release.ts';

/** A release that comes from the environment before the target. */
export interface Promotion {
  readonly project?: string;
  readonly release?: Digest;
  readonly from?: string;
  readonly expected?: Digest;
  readonly any?: boolean;
  readonly relay?: {
    readonly from: string;
    readonly manifest: ReleaseManifest;
    readonly digest: Digest;
    readonly evidence: { readonly kind: string; readonly content: JsonObject }[];
  };
}

/** A release that is to become active, and how it gets to the target. */
export interface Candidate {
  /** How a plan of it is asked for. */
  readonly asked: { readonly manifest: ReleaseManifest } | { readonly promote: Promotion };
  /** What this command sends; absent where the target pulls it. */
  readonly sent?: {
    readonly manifest: ReleaseManifest;
    /** Texts of its pipelines by digest. */
    readonly texts: (digests: readonly Digest[]) => Promise<ReadonlyMap<Digest, string>>;
  };
  /** The number of the deployment that it was compared with: it replaces that one and no other. */
  readonly base?: number | undefined;
  /** What has been proven of it here, and is put beside it once it is stored. */
  readonly evidence?: readonly Proof[];
}

/** Evidence that is to be recorded. */
export interface Proof {
  readonly kind: string;
  readonly content: JsonObject;
}

/** The release of these files. */
export function localCandidate({ release: { manifest }, pipelines }: LocalRelease, evidence: Proof[] = []): Candidate {
  const all = new Map([...pipelines.values()].map(({ digest, text }) => [digest, text]));
  return {
    asked: { manifest },
    sent: {
      manifest,
      texts: async (digests) =>
        new Map(
          digests.flatMap((digest): [Digest, string][] => {
            const text = all.get(digest)?.();
            return text === undefined ? [] : [[digest, text]];
          }),
        ),
    },
    evidence,
  };
}
