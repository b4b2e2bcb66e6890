import * as v from 'valibot';
import { DIGEST_TEXT } from '../../../core/release/manifest-schema.ts';
import { checkPipelineText } from '../../release/check-pipeline-text.ts';
import { change } from '../../verb.ts';

/** Takes the file of one pipeline, checked against its digest. What is stored is not active by that. */
export const putPipeline = change({
  summary: 'Upload a pipeline by digest',
  scope: 'deploy',
  errors: ['RELEASE_INVALID', 'RELEASE_MISMATCH'],
  input: v.strictObject({ digest: DIGEST_TEXT, text: v.string() }),
  upload: true,
  repeatable: true,
  prepare: async ({ control }, pipeline) => checkPipelineText(control, pipeline),
  async apply({ tx }, _, pipeline): Promise<{ readonly stored: number }> {
    return { stored: await tx.releases.putPipelines([pipeline]) };
  },
});
