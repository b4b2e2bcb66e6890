import * as v from 'valibot';
import type { TriggerList } from '../../../core/api/trigger.ts';
import { pageOf } from '../../schema/page.ts';
import { LIMIT } from '../../schema/query.ts';
import { PIPELINE } from '../../schema/run.ts';
import { triggerName } from '../../triggers/require-trigger.ts';
import { triggerView } from '../../triggers/view.ts';
import { query } from '../../verb.ts';

/** What starts runs by itself here: the triggers of all active releases, by pipeline and id. */
export const listTriggers = query({
  summary: 'List the triggers: when each fires next, and what came of the last time',
  scope: null,
  input: v.strictObject({ pipeline: v.optional(PIPELINE), limit: LIMIT, after: v.optional(v.string()) }),
  async run(call, { pipeline, ...page }): Promise<TriggerList> {
    const { store, environment } = call.control;
    const all = await store.triggers.list(environment);
    const some = pipeline === undefined ? all : all.filter((trigger) => trigger.pipeline === pipeline);
    const { entries, next } = pageOf(some, page, triggerName);
    const { scheduleOf } = await import('../../../core/schedule/schedule.ts');
    return { triggers: entries.map((trigger) => triggerView(call, trigger, scheduleOf)), next };
  },
});
