import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DIGEST, type Digest } from '../../../core/release/digest.ts';
import { parseSource } from '../../../core/source/parse.ts';
import { writeAtomic } from '../../../hosts/node/atomic-file.ts';
import { makeFolder } from '../../../hosts/node/runs/layout.ts';
import { sourceDigest } from '../check-set.ts';
import { parseBase, syncFolder } from './base.ts';

/** Loads source texts by digest; those that do not exist any more are left out. */
export type LoadTexts = (digests: readonly Digest[]) => Promise<ReadonlyMap<Digest, string>>;

/**
 * Keeps texts of a base below `.flowmason/sync/content`, a file for each digest: a merge needs what both sides began with,
 * and the org may have deleted it by then. What cannot be written is not kept; then the org is asked for it.
 */
export function keepContent(home: string, texts: Iterable<readonly [Digest, () => string]>): void {
  try {
    makeFolder(home, syncFolder(home));
    makeFolder(home, contentFolder(home));
    const there = new Set(readdirSync(contentFolder(home)));
    for (const [digest, text] of texts) {
      if (DIGEST.test(digest) && !there.has(digest)) writeAtomic(join(contentFolder(home), digest), text());
    }
  } catch {
    // See above.
  }
}

/** Deletes the texts that no base has any more. */
export function dropContent(home: string): void {
  try {
    const files = readdirSync(syncFolder(home)).filter((name) => name.endsWith('.json'));
    const bases = files.map((name) => parseBase(join(syncFolder(home), name)));
    // A base that cannot be read now may be read again.
    if (bases.some((base) => base === undefined)) return;
    const used = new Set(bases.flatMap((base) => Object.values(base?.pipelines ?? {})));
    for (const name of readdirSync(contentFolder(home)))
      if (!used.has(name)) rmSync(join(contentFolder(home), name), { force: true });
  } catch {
    // They go the next time.
  }
}

/** For `planPull`: the texts of a base, as they are kept here, else as the org still has them. */
export function baseLoader(home: string, load: LoadTexts): LoadTexts {
  return async (digests) => {
    const kept = keptContent(home, digests);
    const missing = digests.filter((digest) => !kept.has(digest));
    if (missing.length === 0) return kept;
    const loaded = [...(await load(missing))].filter(([digest, text]) => textDigest(text) === digest);
    return new Map([...kept, ...loaded]);
  };
}

/** Those of the texts that are kept, by digest. A file that was changed is not the text of its digest, and is left out. */
export function keptContent(home: string, digests: Iterable<Digest>): Map<Digest, string> {
  const found = new Map<Digest, string>();
  for (const digest of digests) {
    const text = readContent(home, digest);
    if (text !== undefined && textDigest(text) === digest) found.set(digest, text);
  }
  return found;
}

/** The digest of the definition in a text; undefined when there is none. */
export function textDigest(text: string): Digest | undefined {
  return sourceDigest(parseSource(text));
}

function readContent(home: string, digest: Digest): string | undefined {
  try {
    return DIGEST.test(digest) ? readFileSync(join(contentFolder(home), digest), 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

function contentFolder(home: string): string {
  return join(syncFolder(home), 'content');
}
