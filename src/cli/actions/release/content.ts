import type { Client } from '../../../client/client.ts';
import type { Digest } from '../../../core/release/digest.ts';

/** Digests in one question. */
const MOST = 1_000;

/** Source texts of pipelines by digest; those that are not stored there are left out. */
export async function loadContent(client: Client, digests: readonly Digest[]): Promise<Map<Digest, string>> {
  const texts = new Map<Digest, string>();
  for (let wanted = [...new Set(digests)]; wanted.length > 0; ) {
    const asked = wanted.slice(0, MOST);
    const { pipelines, left } = await client.call('POST /pipelines/content', { digests: asked });
    for (const { digest, text } of pipelines) texts.set(digest, text);
    // An answer has as many texts as fit into it; one that has none at all would be asked for ever.
    const rest = pipelines.length === 0 ? [] : left;
    wanted = [...rest, ...wanted.slice(MOST)];
  }
  return texts;
}
