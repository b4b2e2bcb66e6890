import * as v from 'valibot';
import { feedRun } from '../../runs/feed.ts';
import { parsePlace } from '../../runs/feed-place.ts';
import { requireRun } from '../../runs/require-run.ts';
import { mayDebug } from '../../runs/scopes.ts';
import { RUN } from '../../schema/run.ts';
import { stream } from '../../verb.ts';

/** What happens in a run, from its beginning or behind what somebody has got already, until it has ended. */
export const runEvents = stream({
  summary: 'Follow a run until it has ended (server-sent events)',
  scope: 'runs:read',
  errors: ['NOT_FOUND'],
  input: v.strictObject({ id: RUN }),
  async run({ control, caller }, { id }, { last, signal }) {
    const place = parsePlace(last);
    await requireRun(control.store, control.environment, id);
    return feedRun(control, { run: id, place, debug: mayDebug(caller), signal });
  },
});
