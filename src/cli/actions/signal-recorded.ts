import type { Json } from '../../core/json.ts';
import { sendSignal } from '../../hosts/node/runs/send-signal.ts';
import type { Outcome } from '../command.ts';
import { fitsText } from '../print/runs.ts';
import { openHome } from './run/home.ts';

/** Keeps data for a recorded run of this project. */
export function signalRecorded(word: string, name: string, data: Json, dryRun: boolean): Outcome {
  const sent = sendSignal(openHome().home, word, name, data, { dryRun });
  if (dryRun) return { json: { dry_run: true, ...sent }, text: fitsText(sent.name, sent.run_id) };
  const next = sent.live ? 'the run takes it now' : `go on with it: fm runs resume ${sent.run_id}`;
  return { json: sent, text: `signal ${sent.name} kept for run ${sent.run_id}; ${next}` };
}
