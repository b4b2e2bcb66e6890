import * as v from 'valibot';
import { untilEnded } from '../../runs/changes.ts';
import { requireRun } from '../../runs/require-run.ts';
import { viewRun } from '../../runs/view.ts';
import { RUN, WAIT } from '../../schema/run.ts';
import { query } from '../../verb.ts';

/** Everything about a run but its log, at once or when it has ended. */
export const showRun = query({
  summary: 'Show a run: its state, every stage, its result or error',
  scope: 'runs:read',
  errors: ['NOT_FOUND'],
  input: v.strictObject({ id: RUN, wait: v.optional(WAIT) }),
  async run(call, { id, wait }) {
    const { store, environment } = call.control;
    if (wait !== undefined) {
      await requireRun(store, environment, id);
      await untilEnded(call.control, id, wait);
    }
    return viewRun(call, id);
  },
});
