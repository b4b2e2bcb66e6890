import type { SentSignalView } from '../../../core/api/run.ts';
import { FlowMasonError } from '../../../core/errors.ts';
import type { Json } from '../../../core/json.ts';
import type { Outcome } from '../../command.ts';
import { fitsText } from '../../print/runs.ts';
import type { TargetFlags } from '../../target.ts';
import { findRun } from './find-run.ts';
import { changeRuns } from './on-runs.ts';
import { commandThere } from './place.ts';

/** Sends data to a run of a target. Throws FlowMasonError as the control plane does, with commands for there. */
export function signalThere(
  flags: TargetFlags & { readonly json: boolean },
  word: string,
  name: string,
  data: Json,
  dryRun: boolean,
): Promise<Outcome> {
  return changeRuns(flags, async ({ target, isLive }) => {
    const { client } = target;
    const id = await findRun(target, word);
    // Who waits here may be done with the run before this command looks again.
    const live = isLive(id);
    let sent: SentSignalView;
    try {
      sent = await client.call('POST /runs/:id/signals/:name', { id, name, data, dry_run: dryRun });
    } catch (error) {
      if (!(error instanceof FlowMasonError) || !error.code.startsWith('SIGNAL_')) throw error;
      const words = error.code === 'SIGNAL_INVALID' ? [id, name, '--data', '…'] : [id];
      const hint = commandThere(target, error.code === 'SIGNAL_INVALID' ? 'runs:signal' : 'runs:show', words);
      throw new FlowMasonError(error.code, error.message, { hint, details: error.details, cause: error });
    }
    if (dryRun) return { json: { dry_run: true, run_id: id, name }, text: fitsText(name, id) };
    const record = await client.call('GET /runs/:id', { id });
    // On a server one that waited is queued by that; another one is on its way to the stage.
    const early = target.kind === 'server' && sent.status === 'running';
    const taken = early ? 'when it comes to that stage' : 'now';
    const next = live ? `the run takes it ${taken}` : `go on with it: ${commandThere(target, 'runs:resume', [id])}`;
    return { json: { run_id: id, name, live, record }, text: `signal ${name} kept for run ${id}; ${next}` };
  });
}
