import * as v from 'valibot';
import type { SentSignalView } from '../../../core/api/run.ts';
import { checkSignal } from '../../../core/check-signal.ts';
import { hasEnded } from '../../../store/run-states.ts';
import { definitionsOf } from '../../runs/definitions.ts';
import { enqueueDue, enqueueWith } from '../../runs/enqueue.ts';
import { requireRun } from '../../runs/require-run.ts';
import { ANY_JSON, bodyJson, DRY_RUN, RUN } from '../../schema/run.ts';
import { change } from '../../verb.ts';

const NAME = v.pipe(v.string(), v.minLength(1), v.maxLength(200));

/** Keeps data for a stage that waits for it, or will. */
export const signalRun = change({
  summary: 'Send data to a run that waits for a signal, or will',
  scope: 'runs:write',
  errors: ['NOT_FOUND', 'SIGNAL_INVALID', 'SIGNAL_LATE'],
  example: { id: '0198f3c2', name: 'approval', data: { approved: true } },
  status: 202,
  input: v.strictObject({ id: RUN, name: NAME, data: v.optional(ANY_JSON, null), dry_run: DRY_RUN }),
  repeatable: ({ dry_run }) => dry_run,
  async prepare({ control }, { id, name, data }): Promise<void> {
    const { store, environment } = control;
    const run = await requireRun(store, environment, id);
    // Of one that has ended the store says so.
    if (hasEnded(run.status)) return;
    checkSignal(await definitionsOf(store, run.release, run.pipeline), id, name, bodyJson(data));
  },
  async apply({ tx, control, caller }, { id, name, data, dry_run }): Promise<SentSignalView> {
    const signal = { run: id, name, data: bodyJson(data), actor: caller.actor };
    if (dry_run) {
      await tx.signals.check(signal);
      const { status } = await requireRun(tx, control.environment, id);
      return { run_id: id, name, status };
    }
    await tx.signals.send(signal);
    await enqueueWith(control, tx, id);
    const { status } = await requireRun(tx, control.environment, id);
    return { run_id: id, name, status };
  },
  after: async ({ control }, { id, dry_run }) => (dry_run ? undefined : enqueueDue(control, id)),
});
