import type { Client } from '../../../client/client.ts';
import { own } from '../../../core/json.ts';
import type { Digest } from '../../../core/release/digest.ts';
import type { Digests } from '../../../core/release/facts.ts';
import type { FolderState } from '../../project/local-digests.ts';

/** Whether the history of a target has what a file holds. Asked about those that are not the same as there. */
export async function knownThere(
  client: Client,
  project: string,
  { pipelines }: FolderState,
  theirs: Digests,
): Promise<(name: string, digest: Digest) => boolean> {
  const asked = [...pipelines.values()].filter(({ name, digest, text }) => text && own(theirs, name) !== digest);
  const known = new Set<string>();
  for (let at = 0; at < asked.length; at += 1_000) {
    const part = asked.slice(at, at + 1_000).map(({ name, digest }) => ({ name, digest }));
    const answer = await client.call('POST /pipelines/known', { project, pipelines: part });
    for (const { name, digest } of answer.known) known.add(`${name} ${digest}`);
  }
  return (name, digest) => known.has(`${name} ${digest}`);
}
