import * as v from 'valibot';
import type { KnownPipelines } from '../../../core/api/deployment.ts';
import { DIGEST_TEXT, MOST_PIPELINES, PIPELINE_NAME } from '../../../core/release/manifest-schema.ts';
import { PROJECT } from '../../schema/release.ts';
import { query } from '../../verb.ts';

const PIPELINE = v.strictObject({ name: PIPELINE_NAME, digest: DIGEST_TEXT });

/** Which of these pipelines were ever active here, so that a file which is one of them counts as unedited (4.11). */
export const knownPipelines = query({
  summary: 'Tell which of these pipelines a release that was active here had',
  scope: 'releases:read',
  example: {
    project: 'shop',
    pipelines: [{ name: 'etl', digest: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' }],
  },
  input: v.strictObject({ project: PROJECT, pipelines: v.pipe(v.array(PIPELINE), v.maxLength(MOST_PIPELINES)) }),
  async run({ control }, { project, pipelines }): Promise<KnownPipelines> {
    const { store, environment } = control;
    return { known: await store.deployments.had({ environment, project }, pipelines) };
  },
});
