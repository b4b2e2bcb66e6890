import * as v from 'valibot';
import type { ReleaseView } from '../../../core/api/deployment.ts';
import { DIGEST_TEXT } from '../../../core/release/manifest-schema.ts';
import { storedRelease } from '../../release/check-release.ts';
import { evidenceView } from '../../release/views.ts';
import { query } from '../../verb.ts';

export const showRelease = query({
  summary: 'Show a stored release: its manifest, and what is known of it',
  scope: 'releases:read',
  errors: ['NOT_FOUND'],
  input: v.strictObject({ digest: DIGEST_TEXT }),
  async run({ control }, { digest }): Promise<ReleaseView> {
    const { store, environment } = control;
    const { manifest, row } = await storedRelease(store, digest);
    const { project, version, created_at: stored_at } = row;
    const evidence = (await store.evidence.list(digest)).map(evidenceView);
    const entry = await store.deployments.ofRelease({ environment, project }, digest);
    return { digest, project, version, manifest, evidence, deployment: entry?.number ?? null, stored_at };
  },
});
