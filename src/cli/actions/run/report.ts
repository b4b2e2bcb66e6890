import { codeEntry } from '../../../core/codes/index.ts';
import type { RunOutcome } from '../../../core/run.ts';
import { runDocument } from '../../print/run/document.ts';
import { summaryText } from '../../print/run/summary.ts';
import { out, outJson, say } from '../../terminal.ts';
import type { Interrupt } from './interrupt.ts';
import type { RunFlags, RunReport } from './run.ts';

/** Prints how a run ended and answers the exit code (DEPLOYMENT.md 10). */
export function report(result: RunReport, flags: RunFlags, interrupt: Interrupt): number {
  const { outcome, resume, onFailure } = result;
  const own = runDocument(outcome);
  const document = onFailure ? { ...own, on_failure: runDocument(onFailure) } : own;
  if (flags.json) outJson(document);
  else if (flags['json-lines']) process.stdout.write(`${JSON.stringify({ type: 'outcome', ...document })}\n`);
  else {
    if (!flags.quiet || outcome.status !== 'succeeded') say(summaryText(outcome, resume));
    if (onFailure) say(`on_failure ran ${onFailure.pipeline}: ${onFailure.status} (run ${onFailure.run_id})`);
    if (outcome.status === 'succeeded') out(JSON.stringify(outcome.result, null, 2));
  }
  return exitCode(outcome, interrupt);
}

function exitCode(outcome: RunOutcome, interrupt: Interrupt): number {
  if (outcome.status === 'succeeded') return 0;
  const interrupted = interrupt.exit();
  if (interrupted !== undefined) return interrupted;
  if (outcome.status === 'waiting') return 69;
  return outcome.error ? (codeEntry(outcome.error.type)?.exit ?? 1) : 1;
}
