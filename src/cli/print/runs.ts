import type { RunWait } from '../../core/api/run.ts';
import { durationText } from '../../core/duration.ts';
import type { Json } from '../../core/json.ts';
import type { LogEntry, RunOutcome, StageRecord } from '../../core/run.ts';
import type { ListedRun } from '../actions/runs.ts';
import { paint } from '../terminal.ts';
import { timeText } from './run/document.ts';
import { indented, oneLine } from './run/lines.ts';
import { failureText, nextLines, waitingLines } from './run/summary.ts';
import { table } from './table.ts';

export function runsText(runs: readonly ListedRun[]): string {
  if (runs.length === 0) return 'no runs';
  const rows = runs.map((run) => [
    run.run_id,
    run.pipeline,
    run.version,
    run.status,
    run.started_at,
    run.duration_ms === null ? '' : durationText(run.duration_ms),
    (run.waiting ?? []).map(waitText).join('; '),
  ]);
  const waits = runs.some(({ waiting }) => waiting !== undefined);
  return table(rows, ['RUN', 'PIPELINE', 'VERSION', 'STATUS', 'STARTED', 'TOOK', ...(waits ? ['WAITS FOR'] : [])]);
}

function waitText({ path, signal, message, until }: RunWait): string {
  const what = signal === undefined ? `the time at ${path}` : `the signal ${signal} at ${path}`;
  const end = until === undefined ? '' : ` until ${timeText(until)}`;
  return clip(`${what}${end}${message === undefined ? '' : `: ${oneLine(message)}`}`);
}

/** What `runText` shows of a run. */
export interface ShownRun {
  readonly outcome: RunOutcome;
  readonly status: ListedRun['status'];
  /** Where its pipeline comes from: a file, a release. */
  readonly from: string | undefined;
  readonly input: Json;
  /** Times that it was continued with `--from`. */
  readonly repetition: number;
  /** Who executed it, as `attemptsText` says it. */
  readonly attempts?: string | undefined;
}

/** Everything of a run: its state, every stage, its result or error, and the commands that go on with it. */
export function runText(run: ShownRun, next: readonly string[]): string {
  const { outcome, status, from } = run;
  const facts = [
    ['run', outcome.run_id],
    ['pipeline', `${outcome.pipeline} ${outcome.version}${from === undefined ? '' : `  ${from}`}`],
    ['status', status],
    ['started', timeText(outcome.started_at)],
    ['took', durationText(outcome.duration_ms)],
    ['input', clip(JSON.stringify(run.input))],
  ];
  if (run.repetition > 0) facts.push(['repeated', `${run.repetition} times with --from`]);
  const parts = [table(facts)];
  const rows = outcome.stages.map((stage) => stageRow(stage, status));
  if (rows.length > 0) parts.push(table(rows, ['STAGE', 'COMPONENT', 'STATUS', 'ATTEMPTS', 'TOOK', '']));
  if (run.attempts !== undefined) parts.push(run.attempts);
  if (outcome.error) parts.push(failureText(outcome.error, process.stdout));
  if (outcome.failed_input !== undefined) {
    const config = indented(JSON.stringify(outcome.failed_input, null, 2), '');
    parts.push(['Its config was:', ...config].join('\n'));
  }
  parts.push(...waitingLines(outcome));
  if (outcome.status === 'succeeded') parts.push(`result\n${JSON.stringify(outcome.result, null, 2)}`);
  if (next.length > 0) parts.push(nextLines(next, process.stdout).join('\n'));
  return parts.join('\n\n');
}

function stageRow(stage: StageRecord, run: ListedRun['status']): string[] {
  const { path, component, attempts, duration_ms, error } = stage;
  // Nobody executes it any more.
  const status = run === 'interrupted' && stage.status === 'running' ? 'interrupted' : stage.status;
  const took = status === 'skipped' ? '' : durationText(duration_ms);
  return [
    path,
    component,
    status,
    attempts > 0 ? String(attempts) : '',
    took,
    error ? clip(oneLine(`${error.type}: ${error.message}`)) : '',
  ];
}

function clip(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}

/** What a signal that is only checked comes to. */
export function fitsText(signal: string, run: string): string {
  return `signal ${signal} fits, and run ${run} would take it`;
}

export function logLine(entry: LogEntry): string {
  const data = entry.data === undefined ? '' : `  ${JSON.stringify(entry.data)}`;
  const level = entry.level.padEnd(5);
  const style = entry.level === 'error' ? 'red' : entry.level === 'warn' ? 'yellow' : 'dim';
  return `${timeText(entry.at)}  ${paint(style, level)}  ${entry.path}  ${oneLine(entry.message)}${data}`;
}
