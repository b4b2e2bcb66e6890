import * as v from 'valibot';
import { fail } from '../../../core/errors.ts';
import { isObject, own } from '../../../core/json.ts';
import { canonicalJson } from '../../../core/release/canonical.ts';
import { DIGEST_TEXT } from '../../../core/release/manifest-schema.ts';
import { sha256Hex } from '../../../core/sha256.ts';
import { parseSource } from '../../../core/source/parse.ts';
import type { NewPipeline } from '../../../store/releases.ts';
import { type Call, change } from '../../verb.ts';

const PIPELINE = v.strictObject({ digest: DIGEST_TEXT, text: v.string() });

/** Takes files of pipelines, each checked against its digest. What is stored is not active by that. */
export const putPipelines = change({
  summary: 'Upload pipelines by digest',
  scope: 'deploy',
  errors: ['RELEASE_INVALID', 'RELEASE_MISMATCH'],
  input: v.strictObject({ pipelines: v.pipe(v.array(PIPELINE), v.minLength(1), v.maxLength(1_000)) }),
  upload: true,
  repeatable: true,
  prepare: async (call, { pipelines }) => pipelines.map((pipeline) => checked(call, pipeline)),
  async apply({ tx }, _, pipelines): Promise<{ readonly stored: number }> {
    return { stored: await tx.releases.putPipelines(pipelines) };
  },
});

/** Throws FlowMasonError `RELEASE_INVALID` for what is no JSON, `RELEASE_MISMATCH` for another digest. */
function checked({ control }: Call, { digest, text }: v.InferOutput<typeof PIPELINE>): NewPipeline {
  const source = parseSource(text, { file: `${digest}.pipeline.json`, limits: control.limits });
  if (source.value === undefined || source.problems.length > 0) {
    fail('RELEASE_INVALID', `The pipeline ${digest} cannot be read: ${source.problems[0]?.message ?? 'it is empty'}`, {
      problems: source.problems,
    });
  }
  const definition = canonicalJson(source.value);
  const found = sha256Hex(definition);
  if (found !== digest) {
    fail('RELEASE_MISMATCH', `The digest of an uploaded pipeline is ${found}, and it was sent as ${digest}`);
  }
  const name = isObject(source.value) ? own(source.value, 'name') : undefined;
  if (typeof name !== 'string') fail('RELEASE_INVALID', `The pipeline ${digest} has no name`);
  return { digest, name, definition, source: text };
}
