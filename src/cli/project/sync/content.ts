import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { dictionary } from '../../../core/dictionary.ts';
import { DIGEST, type Digest } from '../../../core/release/digest.ts';
import { parseSource } from '../../../core/source/parse.ts';
import { writeAtomic } from '../../../hosts/node/atomic-file.ts';
import { makeFolder } from '../../../hosts/node/runs/layout.ts';
import { sourceDigest } from '../check-set.ts';
import { parseBase, syncFolder } from './base.ts';

/** Loads source texts by digest; those that do not exist any more are left out. */
export type LoadTexts = (digests: readonly Digest[]) => Promise<ReadonlyMap<Digest, string>>;

/** More packs than this become one. */
const MOST_PACKS = 16;
const INDEX = 'index.json';
const PACK = /^\d+\.json$/;

/** Which pack has which texts. Packs, because making a file for each of a thousand texts takes as long as all the rest. */
type Index = Map<string, readonly Digest[]>;

const INDEX_SCHEMA = v.strictObject({ format: v.literal(1), packs: dictionary(v.array(v.string())) });
const PACK_SCHEMA = dictionary(v.string());

/**
 * Keeps texts of a base below `.flowmason/sync/content`: a merge needs what both sides began with, and the org may have
 * deleted it by then. What cannot be written is not kept; then the org is asked for it.
 */
export function keepContent(home: string, texts: Iterable<readonly [Digest, () => string]>): void {
  try {
    const index = readIndex(home);
    const there = new Set([...index.values()].flat());
    const fresh = [...texts].filter(([digest]) => DIGEST.test(digest) && !there.has(digest));
    if (fresh.length > 0) addPack(home, index, new Map(fresh.map(([digest, text]) => [digest, text()])));
  } catch {
    // See above.
  }
}

/** Deletes the packs whose texts no base has any more, and makes one of many. */
export function dropContent(home: string): void {
  try {
    const files = readdirSync(syncFolder(home)).filter((name) => name.endsWith('.json'));
    const bases = files.map((name) => parseBase(join(syncFolder(home), name)));
    // A base that cannot be read now may be read again.
    if (bases.some((base) => base === undefined)) return;
    const used = new Set(bases.flatMap((base) => Object.values(base?.pipelines ?? {})));
    const index = readIndex(home);
    const kept: Index = new Map([...index].filter(([, digests]) => digests.some((digest) => used.has(digest))));
    if (kept.size > MOST_PACKS) {
      const texts = [...kept.keys()].flatMap((pack) => [...readPack(home, pack)]);
      const left = new Map(texts.filter(([digest]) => used.has(digest)));
      kept.clear();
      addPack(home, kept, left, nextPack(index));
    } else if (kept.size < index.size) writeIndex(home, kept);
    for (const name of readdirSync(contentFolder(home)))
      if (PACK.test(name) && !kept.has(name)) rmSync(join(contentFolder(home), name), { force: true });
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

/** Those of the texts that are kept, by digest. One that was changed is not the text of its digest. */
export function keptContent(home: string, digests: Iterable<Digest>): Map<Digest, string> {
  const wanted = new Set(digests);
  const found = new Map<Digest, string>();
  for (const [pack, contents] of readIndex(home)) {
    if (!contents.some((digest) => wanted.has(digest))) continue;
    for (const [digest, text] of readPack(home, pack))
      if (wanted.has(digest) && textDigest(text) === digest) found.set(digest, text);
  }
  return found;
}

/** The digest of the definition in a text; undefined when there is none. */
export function textDigest(text: string): Digest | undefined {
  return sourceDigest(parseSource(text));
}

/** The pack is there before the index says so. */
function addPack(home: string, index: Index, texts: ReadonlyMap<Digest, string>, name = nextPack(index)): void {
  makeFolder(home, syncFolder(home));
  makeFolder(home, contentFolder(home));
  writeAtomic(join(contentFolder(home), name), JSON.stringify(Object.fromEntries(texts)));
  index.set(name, [...texts.keys()]);
  writeIndex(home, index);
}

function nextPack(index: Index): string {
  const numbers = [...index.keys()].map((name) => Number.parseInt(name, 10));
  return `${Math.max(0, ...numbers) + 1}.json`;
}

function readIndex(home: string): Index {
  const { success, output } = v.safeParse(INDEX_SCHEMA, readJson(join(contentFolder(home), INDEX)));
  const packs = success ? Object.entries(output.packs).filter(([name]) => PACK.test(name)) : [];
  return new Map(packs);
}

function writeIndex(home: string, index: Index): void {
  const text = JSON.stringify({ format: 1, packs: Object.fromEntries(index) });
  writeAtomic(join(contentFolder(home), INDEX), text);
}

function readPack(home: string, name: string): Map<Digest, string> {
  const { success, output } = v.safeParse(PACK_SCHEMA, readJson(join(contentFolder(home), name)));
  return new Map(success ? Object.entries(output) : []);
}

/** Undefined for what is not there or damaged. */
function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function contentFolder(home: string): string {
  return join(syncFolder(home), 'content');
}
