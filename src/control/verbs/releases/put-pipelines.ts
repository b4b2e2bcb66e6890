import * as v from 'valibot';
import type { PutPipelines } from '../../../core/api/deployment.ts';
import { DIGEST_TEXT } from '../../../core/release/manifest-schema.ts';
import { checkPipelineText } from '../../release/check-pipeline-text.ts';
import { change } from '../../verb.ts';

const PIPELINE = v.strictObject({ digest: DIGEST_TEXT, text: v.string() });

/** Takes files of pipelines, each checked against its digest. What is stored is not active by that. */
export const putPipelines = change({
  summary: 'Upload pipelines by digest',
  scope: 'deploy',
  errors: ['RELEASE_INVALID', 'RELEASE_MISMATCH'],
  example: {
    pipelines: [
      {
        digest: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
        text: '{ "name": "etl", "stages": [] }\n',
      },
    ],
  },
  input: v.strictObject({ pipelines: v.pipe(v.array(PIPELINE), v.minLength(1), v.maxLength(1_000)) }),
  upload: true,
  repeatable: true,
  prepare: async ({ control }, { pipelines }) => pipelines.map((pipeline) => checkPipelineText(control, pipeline)),
  async apply({ tx }, _, pipelines): Promise<PutPipelines> {
    return { stored: await tx.releases.putPipelines(pipelines) };
  },
});
