import * as v from 'valibot';
import type { MissingPipelines } from '../../../core/api/deployment.ts';
import { DIGEST_TEXT, MOST_PIPELINES } from '../../../core/release/manifest-schema.ts';
import { query } from '../../verb.ts';

/** Which pipelines have to be uploaded, so that only what is missing travels (DEPLOYMENT.md 4.4). */
export const missingPipelines = query({
  summary: 'Tell which of these pipelines have to be uploaded',
  scope: 'deploy',
  example: { pipelines: ['e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'] },
  input: v.strictObject({ pipelines: v.pipe(v.array(DIGEST_TEXT), v.maxLength(MOST_PIPELINES)) }),
  async run({ control }, { pipelines }): Promise<MissingPipelines> {
    return { missing: await control.store.releases.missing(pipelines) };
  },
});
