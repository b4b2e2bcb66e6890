import * as v from 'valibot';
import type { ReleaseView } from '../../../core/api/deployment.ts';
import { DIGEST_TEXT } from '../../../core/release/manifest-schema.ts';
import { storedRelease } from '../../release/check-release.ts';
import { evidenceView } from '../../release/views.ts';
import { query } from '../../verb.ts';

export const showRelease = query({
  summary: 'Show a stored release: its manifest, and what is known of it',
  scope: 'releases:read',
  input: v.strictObject({ digest: DIGEST_TEXT }),
  async run({ control }, { digest }): Promise<ReleaseView> {
    const { store } = control;
    const { manifest, row } = await storedRelease(store, digest);
    const evidence = await store.evidence.list(digest);
    const { project, version, created_at } = row;
    return { digest, project, version, manifest, evidence: evidence.map(evidenceView), stored_at: created_at };
  },
});
