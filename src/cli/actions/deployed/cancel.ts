import type { Outcome } from '../../command.ts';
import type { TargetFlags } from '../../target.ts';
import { findRun } from './find-run.ts';
import { onRuns } from './on-runs.ts';
import { commandThere } from './place.ts';

/** Cancels a run of a target. */
export function cancelThere(flags: TargetFlags, word: string): Promise<Outcome> {
  return onRuns(flags, async ({ target, isLive }) => {
    const id = await findRun(target, word);
    const { status } = await target.client.call('POST /runs/:id/cancel', { id });
    return { json: { run_id: id, status }, text: `run ${id}  ${said()}` };

    function said(): string {
      if (status === 'succeeded' || status === 'failed') return `${status}: it has ended already`;
      if (status === 'cancelled') return 'cancelled';
      if (isLive(id)) return 'is being stopped';
      return `is to stop; nobody executes it, so end it with: ${commandThere(target, 'runs:resume', [id])}`;
    }
  });
}
