import type { Outcome } from '../../command.ts';
import type { TargetFlags } from '../../target.ts';
import { findRun } from './find-run.ts';
import { changeRuns } from './on-runs.ts';
import { commandThere } from './place.ts';

/** Cancels a run of a target. */
export function cancelThere(
  flags: TargetFlags & { readonly json: boolean },
  word: string,
  dryRun: boolean,
): Promise<Outcome> {
  return changeRuns(flags, async ({ target, isLive }) => {
    const id = await findRun(target, word);
    const { status, started_at } = await target.client.call('POST /runs/:id/cancel', { id, dry_run: dryRun });
    if (dryRun) return { json: { dry_run: true, run_id: id, status }, text: `run ${id}  is ${status}: ${planned()}` };
    return { json: { run_id: id, status }, text: `run ${id}  ${said()}` };

    function planned(): string {
      if (status === 'succeeded' || status === 'failed' || status === 'cancelled') return 'it has ended already';
      if (status === 'queued' && started_at === null) return 'it would end at once, and no stage of it would run';
      return 'it would be stopped; its `finally` stages would still run';
    }

    function said(): string {
      if (status === 'succeeded' || status === 'failed') return `${status}: it has ended already`;
      if (status === 'cancelled') return 'cancelled';
      if (isLive(id)) return 'is being stopped';
      return `is to stop; nobody executes it, so end it with: ${commandThere(target, 'runs:resume', [id])}`;
    }
  });
}
