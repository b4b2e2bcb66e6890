import * as v from 'valibot';
import type { RunList } from '../../../core/api/run.ts';
import { summaryOf } from '../../runs/summary.ts';
import { LIMIT } from '../../schema/query.ts';
import { CURSOR, RUN, RUN_FILTER } from '../../schema/run.ts';
import { query } from '../../verb.ts';

/** Runs, the newest first. */
export const listRuns = query({
  summary: 'List runs, the newest first',
  scope: 'runs:read',
  errors: ['USAGE'],
  input: v.strictObject({
    ...RUN_FILTER.entries,
    project: v.optional(RUN),
    /** What ids begin with. */
    prefix: v.optional(RUN),
    limit: LIMIT,
    cursor: CURSOR,
  }),
  async run({ control }, { limit, cursor, ...filter }): Promise<RunList> {
    const { store, environment, clock } = control;
    const { runs, next } = await store.runs.list({ environment, ...filter }, { after: cursor, limit });
    const now = clock.now();
    return { runs: runs.map((run) => summaryOf(run, now)), next: next ?? null };
  },
});
