import type { PipelineFile } from '../../core/api/deployment.ts';
import { fail } from '../../core/errors.ts';
import { isObject, own } from '../../core/json.ts';
import { canonicalJson } from '../../core/release/canonical.ts';
import { sha256Hex } from '../../core/sha256.ts';
import { parseSource } from '../../core/source/parse.ts';
import type { NewPipeline } from '../../store/releases.ts';
import type { ControlPlane } from '../control.ts';

/** A file of a pipeline that somebody sends, as it is stored. Throws FlowMasonError `RELEASE_INVALID` for what is no JSON, `RELEASE_MISMATCH` for another digest. */
export function checkPipelineText(
  { limits }: Pick<ControlPlane, 'limits'>,
  { digest, text }: Pick<PipelineFile, 'digest' | 'text'>,
): NewPipeline {
  const source = parseSource(text, { file: `${digest}.pipeline.json`, limits });
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
