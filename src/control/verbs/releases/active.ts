import * as v from 'valibot';
import type { ActiveReleases } from '../../../core/api/deployment.ts';
import { PROJECT } from '../../schema/release.ts';
import { query } from '../../verb.ts';

/** What is active here, by project: of all of them, or of one. */
export const activeReleases = query({
  summary: 'Tell which releases are active',
  scope: 'releases:read',
  input: v.strictObject({ project: v.optional(PROJECT) }),
  async run({ control }, { project }): Promise<ActiveReleases> {
    const { store, environment } = control;
    const found =
      project === undefined
        ? await store.releases.allActive(environment)
        : [(await store.releases.active(environment, project)) ?? []].flat();
    return {
      releases: found.map(({ manifest: _, created_at: __, ...active }) => active),
    };
  },
});
