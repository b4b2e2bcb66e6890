import * as v from 'valibot';
import type { BulkView } from '../../../core/api/run.ts';
import { FlowMasonError, fail } from '../../../core/errors.ts';
import { sha256Hex } from '../../../core/sha256.ts';
import type { NewRun } from '../../../store/runs.ts';
import { attempt, type BulkRun, refusal, selectRuns } from '../../runs/bulk.ts';
import { createAndEnqueue, enqueueDue } from '../../runs/enqueue.ts';
import { REPLAYED, type ReplayOptions, replayOf } from '../../runs/replay.ts';
import { requireRun } from '../../runs/require-run.ts';
import { ANY_JSON, BULK, SET, WHICH_RELEASE } from '../../schema/run.ts';
import { change } from '../../verb.ts';

/**
 * Starts the runs that a filter selects and that have ended anew, the newest first; without a state those that failed.
 * One that is a replay itself is left out, and the same replay is made once: so the call can be repeated after any
 * interruption.
 */
export const replayRuns = change({
  summary: 'Start new runs with the inputs of earlier ones by a filter, a page at a time',
  scope: 'runs:write',
  errors: ['NOT_FOUND', 'QUEUE_FULL', 'USAGE'],
  example: { filter: { pipeline: 'etl', status: ['failed'] }, release: 'active', dry_run: true },
  input: v.strictObject({ ...BULK, input: v.optional(ANY_JSON), set: SET, release: WHICH_RELEASE }),
  repeatable: ({ dry_run }) => dry_run,
  async prepare(call, { input, set, release, ...page }) {
    const { control } = call;
    const { store, environment } = control;
    if (!page.dry_run) await control.room?.require();
    const selected = await selectRuns(control, page, {
      status: ['failed', 'cancelled', 'succeeded'],
      usual: ['failed'],
      notBy: REPLAYED,
    });
    const fresh = new Map<string, NewRun | FlowMasonError>();
    for (const { id } of selected.runs) {
      const run = await requireRun(store, environment, id);
      const options = { input, set, release };
      const made = replayOf(call, run, options, (target) => idOf(id, options, target)).then(async (next) =>
        (await store.runs.state(next.id)) ? replayed(id, next.id) : next,
      );
      fresh.set(id, await made.catch(refusal));
    }
    return { ...selected, fresh };
  },
  async apply({ tx, control }, { dry_run }, { runs, fresh, ...page }): Promise<BulkView> {
    const done: BulkRun[] = [];
    for (const run of runs) {
      const next = fresh.get(run.id);
      done.push(
        await attempt(run, async () => {
          if (next instanceof FlowMasonError) throw next;
          return { status: run.status, ...(dry_run || !next ? undefined : { replay: next.id }) };
        }),
      );
      if (dry_run || !next || next instanceof FlowMasonError) continue;
      // Should somebody else have made it since, nothing of this page is done, and it can be asked for again.
      await createAndEnqueue(control, tx, next);
    }
    return { dry_run, runs: done, ...page };
  },
  async after({ control }, _, { runs }) {
    for (const { replay } of runs) if (replay !== undefined) await enqueueDue(control, replay);
  },
});

/** The same for the same replay of the same run, so that it exists once. */
function idOf(run: string, { input, set }: ReplayOptions, release: string): string {
  return sha256Hex(JSON.stringify([run, release, set, input ?? null])).slice(0, 16);
}

function replayed(run: string, replay: string): never {
  fail('ALREADY_EXISTS', `It was started anew as run ${replay} before`, {
    hint: `Once more: fm runs replay ${run}`,
  });
}
