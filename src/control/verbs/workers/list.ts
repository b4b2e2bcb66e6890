import * as v from 'valibot';
import type { WorkerList } from '../../../core/api/administration.ts';
import { pageOf } from '../../schema/page.ts';
import { LIMIT } from '../../schema/query.ts';
import { query } from '../../verb.ts';

/** Who executes runs: every worker that was seen within a day, the longest serving first. */
export const listWorkers = query({
  summary: 'List the workers: who executes runs, and when each was last seen',
  scope: 'admin',
  input: v.strictObject({ limit: LIMIT, after: v.optional(v.string()) }),
  async run({ control }, page): Promise<WorkerList> {
    const { entries, next } = pageOf(await control.store.workers.list(), page, ({ id }) => id);
    return { workers: entries, next };
  },
});
