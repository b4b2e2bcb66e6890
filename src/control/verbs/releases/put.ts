import * as v from 'valibot';
import type { PutRelease } from '../../../core/api/deployment.ts';
import { fail } from '../../../core/errors.ts';
import { DIGEST_TEXT } from '../../../core/release/manifest-schema.ts';
import { checkRelease, keepRelease, nameRelease, requireUploaded } from '../../release/check-release.ts';
import { MANIFEST } from '../../schema/release.ts';
import { change } from '../../verb.ts';

/** Takes a release whose pipelines are there, and recomputes it. What is stored is not active by that. */
export const putRelease = change({
  summary: 'Store a release',
  scope: 'deploy',
  errors: ['PIPELINES_MISSING', 'RELEASE_INVALID', 'RELEASE_MISMATCH'],
  example: {
    manifest: {
      format: 1,
      project: 'shop',
      version: '1.0.0',
      pipelines: { etl: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' },
      settings: {},
      requires: { vars: [], secrets: [], optional_secrets: [], triggers: { vars: [], secrets: [] } },
      components: { 'json-transform': '1.0.0' },
    },
  },
  input: v.strictObject({ manifest: MANIFEST, digest: v.optional(DIGEST_TEXT) }),
  repeatable: true,
  async prepare({ control }, { manifest, digest }) {
    const release = nameRelease(manifest, digest);
    const { missing, checked } = await checkRelease(control, release);
    requireUploaded(release, missing);
    return checked ?? fail('INTERNAL', `Release ${release.digest} was not checked`);
  },
  async apply({ tx }, _, checked): Promise<PutRelease> {
    return { digest: checked.digest, created: await keepRelease(tx, checked) };
  },
});
