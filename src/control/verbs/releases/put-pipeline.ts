import * as v from 'valibot';
import type { PutPipelines } from '../../../core/api/deployment.ts';
import { DIGEST_TEXT } from '../../../core/release/manifest-schema.ts';
import { checkPipelineText } from '../../release/check-pipeline-text.ts';
import { change } from '../../verb.ts';

/** Takes the file of one pipeline, checked against its digest. What is stored is not active by that. */
export const putPipeline = change({
  summary: 'Upload a pipeline by digest',
  scope: 'deploy',
  errors: ['RELEASE_INVALID', 'RELEASE_MISMATCH'],
  example: {
    digest: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    text: '{ "name": "etl", "stages": [] }\n',
  },
  input: v.strictObject({ digest: DIGEST_TEXT, text: v.string() }),
  upload: true,
  repeatable: true,
  prepare: async ({ control }, pipeline) => checkPipelineText(control, pipeline),
  async apply({ tx }, _, pipeline): Promise<PutPipelines> {
    return { stored: await tx.releases.putPipelines([pipeline]) };
  },
});
