import { codeEntry } from '../../../core/codes/index.ts';
import type { RunOutcome } from '../../../core/run.ts';
import { errorDocument } from '../../print/failure.ts';
import { runDocument } from '../../print/run/document.ts';
import { handlingText, summaryText } from '../../print/run/summary.ts';
import { out, outJson, say } from '../../terminal.ts';
import type { RunFlags } from './flags.ts';
import type { Interrupt } from './interrupt.ts';
import type { FailureHandling } from './on-failure.ts';
import type { RunReport } from './run.ts';

/** Prints how a run ended and answers the exit code (DEPLOYMENT.md 10). */
export function report(result: RunReport, flags: RunFlags, interrupt: Interrupt): number {
  const { outcome, onFailure } = result;
  const own = runDocument(outcome);
  const document = onFailure ? { ...own, on_failure: handlingDocument(onFailure) } : own;
  if (flags.json) outJson(document);
  else if (flags['json-lines']) process.stdout.write(`${JSON.stringify({ type: 'outcome', ...document })}\n`);
  else {
    if (!flags.quiet || outcome.status !== 'succeeded') say(summaryText(result));
    if (onFailure) say(handlingText(onFailure));
    if (outcome.status === 'succeeded') out(JSON.stringify(outcome.result, null, 2));
  }
  return exitCode(outcome, interrupt);
}

function handlingDocument({ pipeline, outcome, error }: FailureHandling): object {
  if (outcome) return runDocument(outcome);
  return { pipeline, ...(error && { error: errorDocument(error) }) };
}

function exitCode(outcome: RunOutcome, interrupt: Interrupt): number {
  if (outcome.status === 'succeeded') return 0;
  const interrupted = interrupt.exit();
  if (interrupted !== undefined) return interrupted;
  if (outcome.status === 'waiting') return 69;
  return outcome.error ? (codeEntry(outcome.error.type)?.exit ?? 1) : 1;
}
