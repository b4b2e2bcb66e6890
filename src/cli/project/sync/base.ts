import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { dictionary } from '../../../core/dictionary.ts';
import { fail } from '../../../core/errors.ts';
import { quote } from '../../../core/quote.ts';
import { DIGEST, type Digest } from '../../../core/release/digest.ts';
import type { Digests } from '../../../core/release/facts.ts';
import { writeAtomic } from '../../../hosts/node/atomic-file.ts';
import { makeFolder } from '../../../hosts/node/runs/layout.ts';

/** What the files and an org had in common last: the release of the last push or pull (DEPLOYMENT.md 4.11). */
export interface SyncBase {
  readonly project: string;
  readonly release: Digest;
  /** Number of the deployment that was active then. */
  readonly deployment: number;
  readonly pipelines: Digests;
}

const DIGEST_TEXT = v.pipe(v.string(), v.regex(DIGEST));
const BASE = v.strictObject({
  format: v.literal(1),
  project: v.string(),
  release: DIGEST_TEXT,
  deployment: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  pipelines: dictionary(DIGEST_TEXT),
});

/** Where the base of an org or an environment is kept; also says which one it is. */
export function syncKey(target: { readonly org: string } | { readonly env: string }): string {
  const [kind, name] = 'org' in target ? (['org', target.org] as const) : (['env', target.env] as const);
  if (!/^[a-z0-9][a-z0-9._-]{0,99}$/.test(name))
    fail('USAGE', `${quote(name)} is not the name of an org or environment`);
  return `${kind}-${name}`;
}

/** `.flowmason/sync`. */
export function syncFolder(home: string): string {
  return join(home, 'sync');
}

export function baseFile(home: string, key: string): string {
  return join(syncFolder(home), `${key}.json`);
}

/**
 * The base with this org; undefined when there is none that can be used. Without one nothing is overwritten unasked, so a
 * file that is damaged or of another project is as good as none.
 */
export function readBase(home: string, key: string, project: string): SyncBase | undefined {
  const base = parseBase(baseFile(home, key));
  return base?.project === project ? base : undefined;
}

/** The base that a file holds. */
export function parseBase(file: string): SyncBase | undefined {
  try {
    const { success, output } = v.safeParse(BASE, JSON.parse(readFileSync(file, 'utf8')));
    if (!success) return undefined;
    const { format: _format, ...base } = output;
    return base;
  } catch {
    return undefined;
  }
}

/** Remembers what files and org have in common, once a push or pull is complete. Throws FlowMasonError `FILE_SYSTEM`. */
export function writeBase(home: string, key: string, base: SyncBase): void {
  const file = baseFile(home, key);
  try {
    makeFolder(home, syncFolder(home));
    writeAtomic(file, `${JSON.stringify({ format: 1, ...base }, null, 1)}\n`, { durable: true });
  } catch (cause) {
    fail('FILE_SYSTEM', `What was synced cannot be remembered in ${file}: ${String(cause)}`, {
      hint: 'fm pull, once the folder can be written to',
      cause,
    });
  }
}
