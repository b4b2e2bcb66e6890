import * as v from 'valibot';
import type { PipelineContent, PipelineFile } from '../../../core/api/deployment.ts';
import { DIGEST_TEXT } from '../../../core/release/manifest-schema.ts';
import { query } from '../../verb.ts';

const MOST = 1_000;
/** Characters of text in an answer; the file that goes past it is the last. */
const MOST_TEXT = 5_000_000;
/** Read at a time, so that not much more is read than answered. */
const BATCH = 50;

/**
 * Files of pipelines by digest, byte for byte. `left` are those that an answer of bounded size has no room for: ask for
 * them next. What is not stored is in neither list.
 */
export const pipelineContent = query({
  summary: 'Get the files of pipelines by digest',
  scope: 'releases:read',
  example: { digests: ['e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'] },
  input: v.strictObject({ digests: v.pipe(v.array(DIGEST_TEXT), v.maxLength(MOST)) }),
  async run({ control }, { digests }): Promise<PipelineContent> {
    const wanted = [...new Set(digests)];
    const pipelines: PipelineFile[] = [];
    let length = 0;
    for (let at = 0; at < wanted.length; at += BATCH) {
      const batch = wanted.slice(at, at + BATCH);
      const found = new Map((await control.store.releases.content(batch)).map((row) => [row.digest, row]));
      for (const [i, digest] of batch.entries()) {
        if (length >= MOST_TEXT) return { pipelines, left: wanted.slice(at + i) };
        const row = found.get(digest);
        if (!row) continue;
        pipelines.push({ digest, name: row.name, text: row.source });
        length += row.source.length;
      }
    }
    return { pipelines, left: [] };
  },
});
