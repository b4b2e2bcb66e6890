import * as v from 'valibot';
import type { PipelineList } from '../../../core/api/deployment.ts';
import { PIPELINE_NAME } from '../../../core/release/manifest-schema.ts';
import { LIMIT } from '../../schema/query.ts';
import { PROJECT } from '../../schema/release.ts';
import { query } from '../../verb.ts';

/** Active pipelines by name. `next` is the `after` of the following page. */
export const listPipelines = query({
  summary: 'List the pipelines that are active',
  scope: 'releases:read',
  input: v.strictObject({ project: v.optional(PROJECT), after: v.optional(PIPELINE_NAME), limit: LIMIT }),
  async run({ control }, { project, after, limit }): Promise<PipelineList> {
    const { store, environment } = control;
    const found = await store.releases.activePipelines(environment, { project, after, limit: limit + 1 });
    const pipelines = found.slice(0, limit);
    return { pipelines, next: found.length > limit ? (pipelines.at(-1)?.name ?? null) : null };
  },
});
