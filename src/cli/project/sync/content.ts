import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DIGEST, type Digest } from '../../../core/release/digest.ts';
import { parseSource } from '../../../core/source/parse.ts';
import { writeAtomic } from '../../../hosts/node/atomic-file.ts';
import { makeFolder } from '../../../hosts/node/runs/layout.ts';
import { sourceDigest } from '../check-set.ts';
import { parseBase, syncFolder } from './base.ts';

/**
 * Keeps the texts of a base below `.flowmason/sync/content`, a file for each digest: a merge needs what both sides began
 * with, and the org may have deleted it by then. Texts that no base has any more go. What cannot be written is not kept,
 * and then a merge has fewer things to go by.
 */
export function keepContent(home: string, texts: Iterable<readonly [Digest, () => string]>): void {
  try {
    makeFolder(home, syncFolder(home));
    const folder = contentFolder(home);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const there = new Set(readdirSync(folder));
    const wanted = basesOf(home);
    for (const [digest, text] of texts) {
      wanted.add(digest);
      if (DIGEST.test(digest) && !there.has(digest)) writeAtomic(join(folder, digest), text());
    }
    for (const name of there) if (!wanted.has(name)) rmSync(join(folder, name), { force: true });
  } catch {
    // The org is asked for them.
  }
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

function basesOf(home: string): Set<Digest> {
  const folder = syncFolder(home);
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return new Set(files.flatMap((name) => Object.values(parseBase(join(folder, name))?.pipelines ?? {})));
}
