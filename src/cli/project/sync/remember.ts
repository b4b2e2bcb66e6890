import type { Digest } from '../../../core/release/digest.ts';
import { type SyncBase, writeBase } from './base.ts';
import { dropContent, keepContent } from './content.ts';

/**
 * Makes a release the base of an org, once a push or pull with it is complete and no file was left out. `texts`: those of
 * its pipelines that are at hand, which are read only when they are not kept yet. Throws FlowMasonError `FILE_SYSTEM`.
 */
export function rememberSync(
  home: string,
  key: string,
  base: SyncBase,
  texts: Iterable<readonly [Digest, () => string]>,
): void {
  keepContent(home, texts);
  writeBase(home, key, base);
  dropContent(home);
}
