import type { Failure, RunOutcome } from '../../../core/run.ts';
import { paint } from '../../terminal.ts';
import { durationText } from './duration.ts';

/** How many characters of a failed stage's input are shown. */
const INPUT_SHOWN = 2_000;

/** What a person reads on stderr when a run has ended: how, where it failed, and how to go on. */
export function summaryText(outcome: RunOutcome, resume: string | undefined): string {
  const { status, pipeline, duration_ms, stages } = outcome;
  const count = `${stages.length} ${stages.length === 1 ? 'stage' : 'stages'}`;
  const head = `${pipeline} ${status} in ${durationText(duration_ms)}, ${count}${resume === undefined ? '' : `  (run ${outcome.run_id})`}`;
  const style = status === 'succeeded' ? 'green' : status === 'waiting' ? 'yellow' : 'red';
  const lines = [paint(['bold', style], head, process.stderr)];
  if (outcome.error && status !== 'succeeded') lines.push('', failureText(outcome.error), ...inputText(outcome));
  for (const wait of outcome.waiting ?? []) {
    const until = wait.until === undefined ? '' : ` until ${new Date(wait.until).toISOString()}`;
    if (wait.signal === undefined) lines.push(`${wait.path} waits${until}`);
    else
      lines.push(
        `${wait.path} waits for the signal ${wait.signal}${until}${wait.message === undefined ? '' : `: ${wait.message}`}`,
      );
  }
  if (resume !== undefined && status !== 'succeeded') {
    for (const wait of outcome.waiting ?? []) {
      if (wait.signal !== undefined) lines.push(`Try: fm runs signal ${outcome.run_id} ${wait.signal} --data '…'`);
    }
    lines.push(`${status === 'waiting' ? 'then: ' : 'Try: '}${resume}`);
  }
  return lines.join('\n');
}

/** An error with its place, its hint, and what it came from. */
export function failureText(failure: Failure): string {
  const attempt = failure.attempt !== undefined && failure.attempt > 1 ? `, attempt ${failure.attempt}` : '';
  const place = failure.path === undefined ? '' : `  stage ${failure.path}${attempt}`;
  const lines = [
    `${paint(['bold', 'red'], failure.type, process.stderr)} ${failure.code}${place}`,
    `  ${failure.message}`,
  ];
  if (failure.hint !== undefined) lines.push(`  Hint: ${failure.hint}`);
  for (let cause = failure.cause; cause; cause = cause.cause) {
    lines.push(
      `  caused by ${cause.type} ${cause.code}${cause.path === undefined ? '' : ` at ${cause.path}`}: ${cause.message}`,
    );
  }
  return lines.join('\n');
}

function inputText(outcome: RunOutcome): string[] {
  if (outcome.failed_input === undefined) return [];
  const text = JSON.stringify(outcome.failed_input, null, 2);
  const cut =
    text.length > INPUT_SHOWN
      ? `${text.slice(0, INPUT_SHOWN)}\n… (${text.length - INPUT_SHOWN} more characters: fm runs show ${outcome.run_id})`
      : text;
  return ['  Its config was:', ...cut.split('\n').map((line) => `    ${line}`)];
}
