import { durationText } from '../../../core/duration.ts';
import type { Failure, RunOutcome } from '../../../core/run.ts';
import type { FailureHandling } from '../../actions/run/on-failure.ts';
import { paint } from '../../terminal.ts';
import { commandLine } from '../../usage.ts';
import { hintText } from '../hint.ts';
import { timeText } from './document.ts';
import { indented, oneLine } from './lines.ts';

/** How many characters of a failed stage's input are shown. */
const INPUT_SHOWN = 2_000;

/** What `summaryText` tells of. */
export interface Ended {
  readonly outcome: RunOutcome;
  readonly recorded: boolean;
  /** The commands that go on with it, in their order. */
  readonly next: readonly string[];
  /** The flags that lead to where it is recorded. */
  readonly place?: readonly string[];
}

/** What a person reads on stderr when a run has ended: how, where it failed, and how to go on. */
export function summaryText({ outcome, recorded, next, place = [] }: Ended): string {
  const { status, pipeline, duration_ms, stages } = outcome;
  const count = `${stages.length} ${stages.length === 1 ? 'stage' : 'stages'}`;
  const run = recorded && status !== 'succeeded' ? `  (run ${outcome.run_id})` : '';
  const head = `${pipeline} ${status} in ${durationText(duration_ms)}, ${count}${run}`;
  const style = status === 'succeeded' ? 'green' : status === 'waiting' ? 'yellow' : 'red';
  const lines = [paint(['bold', style], head, process.stderr)];
  if (outcome.error && status !== 'succeeded') {
    lines.push(
      '',
      failureText(outcome.error, process.stderr),
      ...inputText(outcome, recorded ? commandLine('runs:show', [outcome.run_id, ...place]) : undefined),
    );
  }
  lines.push(...waitingLines(outcome));
  if (status === 'waiting' && !recorded) {
    lines.push('Nothing is recorded outside of a project, so nobody can answer it later.');
    lines.push(hintText('fm init my-project, or run it in a terminal, which asks', process.stderr));
  }
  return [...lines, ...nextLines(next, process.stderr)].join('\n');
}

/** How the pipeline ended that a failure started, or why it could not be started. */
export function handlingText({ pipeline, outcome, error }: FailureHandling): string {
  if (outcome === undefined) {
    const lines = [`on_failure could not start ${pipeline}: ${error?.code}  ${error?.message}`];
    return [...lines, ...(error?.hint === undefined ? [] : [hintText(error.hint, process.stderr)])].join('\n');
  }
  const head = `on_failure ran ${pipeline}: ${outcome.status} (run ${outcome.run_id})`;
  return outcome.error ? `${head}\n${failureText(outcome.error, process.stderr)}` : head;
}

/** `Try: …`, and what comes after it. */
export function nextLines(next: readonly string[], stream: NodeJS.WriteStream): string[] {
  return next.map((command, at) => (at === 0 ? hintText(command, stream) : `then: ${command}`));
}

/** What a run waits for, a line each. */
export function waitingLines({ waiting = [] }: RunOutcome): string[] {
  return waiting.map(({ path, signal, until, message }) => {
    const what = signal === undefined ? '' : ` for the signal ${signal}`;
    const end = until === undefined ? '' : ` until ${timeText(until)}`;
    return `${path} waits${what}${end}${message === undefined ? '' : `: ${oneLine(message)}`}`;
  });
}

/** An error with its place, its hint, and what it came from. */
export function failureText(failure: Failure, stream: NodeJS.WriteStream): string {
  const attempt = failure.attempt !== undefined && failure.attempt > 1 ? `, attempt ${failure.attempt}` : '';
  const place = failure.path === undefined ? '' : `  stage ${failure.path}${attempt}`;
  const lines = [
    `${paint(['bold', 'red'], failure.type, stream)} ${failure.code}${place}`,
    ...indented(failure.message, '  '),
  ];
  if (failure.hint !== undefined) lines.push(...indented(`Hint: ${failure.hint}`, '  '));
  for (let cause = failure.cause; cause; cause = cause.cause) {
    const where = cause.path === undefined ? '' : ` at ${cause.path}`;
    lines.push(...indented(`caused by ${cause.type} ${cause.code}${where}: ${cause.message}`, '  '));
  }
  return lines.join('\n');
}

function inputText(outcome: RunOutcome, show: string | undefined): string[] {
  if (outcome.failed_input === undefined) return [];
  const text = JSON.stringify(outcome.failed_input, null, 2);
  const shown = indented(text.slice(0, INPUT_SHOWN), '    ');
  const left = text.length - INPUT_SHOWN;
  if (left <= 0) return ['  Its config was:', ...shown];
  const all = show === undefined ? '' : `: ${show}`;
  return ['  Its config was:', ...shown, `    … (${left} more characters${all})`];
}
