import * as v from 'valibot';
import type { RunLogList } from '../../../core/api/run.ts';
import { requireRun } from '../../runs/require-run.ts';
import { LIMIT, whole } from '../../schema/query.ts';
import { RUN } from '../../schema/run.ts';
import { query } from '../../verb.ts';

/** What the stages of a run have logged, the oldest line first. */
export const runLogs = query({
  summary: 'Show what the stages of a run have logged',
  scope: 'runs:read',
  errors: ['NOT_FOUND'],
  input: v.strictObject({ id: RUN, after: v.optional(whole(0, Number.MAX_SAFE_INTEGER), 0), limit: LIMIT }),
  async run({ control }, { id, after, limit }): Promise<RunLogList> {
    const { store, environment } = control;
    await requireRun(store, environment, id);
    const logs = await store.journal.logs(id, { after, limit });
    return { logs, next: logs.length < limit ? null : (logs.at(-1)?.seq ?? null) };
  },
});
