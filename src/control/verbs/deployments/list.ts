import * as v from 'valibot';
import type { DeploymentList } from '../../../core/api/deployment.ts';
import { logOf } from '../../release/project-of.ts';
import { deploymentView } from '../../release/views.ts';
import { LIMIT } from '../../schema/query.ts';
import { NUMBER, PROJECT } from '../../schema/release.ts';
import { query } from '../../verb.ts';

/** The log of a project, the newest entry first. `next` is the `before` of the following page. */
export const listDeployments = query({
  summary: 'List what was deployed, the newest first',
  scope: 'releases:read',
  errors: ['USAGE'],
  input: v.strictObject({ project: v.optional(PROJECT), before: v.optional(NUMBER), limit: LIMIT }),
  async run({ control }, { project: named, before, limit }): Promise<DeploymentList> {
    const { store, environment } = control;
    const list = (project: string) => store.deployments.list({ environment, project }, { before, limit: limit + 1 });
    // Of a project that is named both are asked for at once.
    const [log, early] = await Promise.all([logOf(control, named), named === undefined ? undefined : list(named)]);
    if (log === undefined) return { deployments: [], next: null };
    const { project, active } = log;
    const entries = early ?? (await list(project));
    const shown = entries.slice(0, limit);
    return {
      deployments: shown.map((entry) => deploymentView(entry, active)),
      next: entries.length > limit ? (shown.at(-1)?.number ?? null) : null,
    };
  },
});
