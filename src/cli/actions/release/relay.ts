import { fail } from '../../../core/errors.ts';
import { isObject, type JsonObject } from '../../../core/json.ts';
import type { Digest } from '../../../core/release/digest.ts';
import { parseReleaseWord } from '../../../core/release/release-word.ts';
import { shortDigest } from '../../../core/release/short-digest.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import { findActive } from './active.ts';
import type { Candidate } from './candidate.ts';
import { loadContent } from './content.ts';
import { findRelease } from './find-release.ts';

/** What somebody wants to promote. */
export interface PromoteWish {
  readonly project: string;
  /** As it was typed; undefined for what is active in the source. */
  readonly release: string | undefined;
  /** The release that is believed to be active in the source. */
  readonly expected: Digest | undefined;
}

/** The release that a word names in the history of the source. Throws FlowMasonError `NOT_FOUND`, `USAGE`. */
export async function releaseIn(source: Target, project: string, word: string): Promise<Digest> {
  const active = await findActive(source.client, project);
  return (await findRelease(source, project, parseReleaseWord(word), active)).digest;
}

/**
 * A release that this command carries from the source to a target that cannot pull it. Throws FlowMasonError `NOT_FOUND`,
 * `SOURCE_MOVED`, `NEVER_ACTIVE`, `RELEASE_MISMATCH`.
 */
export async function relayedCandidate(source: Target, wish: PromoteWish): Promise<Candidate> {
  const { client, name } = source;
  const digest = await wantedRelease(source, wish);
  const { manifest, evidence, deployment } = await client.call('GET /releases/:digest', { digest });
  if (deployment === null)
    fail('NEVER_ACTIVE', `Release ${shortDigest(digest)} was never active in ${name}`, {
      hint: `fm history --env ${name}`,
      details: { release: digest, source: name },
    });
  if (manifest.project !== wish.project) {
    fail('RELEASE_MISMATCH', `${name} gave release ${shortDigest(digest)} as one of ${wish.project}, and it is not`, {
      details: { project: wish.project, found: manifest.project },
    });
  }
  const proven = evidence.flatMap(({ kind, content }) =>
    // A member of JSON is JSON.
    isObject(content) ? [{ kind, content: content as JsonObject }] : [],
  );
  return {
    asked: { promote: { relay: { from: name, manifest, digest, evidence: proven } } },
    sent: { manifest, texts: (digests) => loadContent(client, digests) },
  };
}

async function wantedRelease(source: Target, { project, release, expected }: PromoteWish): Promise<Digest> {
  if (release !== undefined) return releaseIn(source, project, release);
  const { name } = source;
  const active = await findActive(source.client, project);
  if (!active) {
    return fail('NOT_FOUND', `Nothing of ${project} is active in ${name}`, { hint: `fm deploy ${name}` });
  }
  const { digest, version, number } = active;
  if (expected === undefined || expected === digest) return digest;
  return fail(
    'SOURCE_MOVED',
    `${name} has #${number} ${version} (${shortDigest(digest)}) active, and not ${shortDigest(expected)}`,
    { hint: `fm diff files ${name}`, details: { expected, active: { release: digest, version, number } } },
  );
}
