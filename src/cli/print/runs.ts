import type { LogEntry, StageRecord } from '../../core/run.ts';
import type { RecordedRun } from '../../hosts/node/runs/record.ts';
import { type ListedRun, statusOf } from '../actions/runs.ts';
import { paint } from '../terminal.ts';
import { durationText } from './run/duration.ts';
import { failureText } from './run/summary.ts';
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
  ]);
  return table(rows, ['RUN', 'PIPELINE', 'VERSION', 'STATUS', 'STARTED', 'TOOK']);
}

/** Everything of a run: its state, every stage, its result or error. */
export function runText(run: RecordedRun): string {
  const { record, outcome } = run;
  const facts = [
    ['run', record.run_id],
    ['pipeline', `${record.pipeline} ${record.version}${record.file === null ? '' : `  ${record.file}`}`],
    ['status', statusOf({ status: record.status, live: run.live })],
    ['started', new Date(record.started_at).toISOString()],
    ['took', durationText(outcome.duration_ms)],
    ['input', clip(JSON.stringify(record.input))],
  ];
  if (run.repetition > 0) facts.push(['repeated', `${run.repetition} times with --from`]);
  const parts = [
    table(facts),
    table(outcome.stages.map(stageRow), ['STAGE', 'COMPONENT', 'STATUS', 'ATTEMPTS', 'TOOK', '']),
  ];
  if (outcome.error) parts.push(failureText(outcome.error));
  if (outcome.failed_input !== undefined)
    parts.push(`Its config was:\n${JSON.stringify(outcome.failed_input, null, 2)}`);
  for (const wait of outcome.waiting ?? []) {
    parts.push(`${wait.path} waits${wait.signal === undefined ? '' : ` for the signal ${wait.signal}`}`);
  }
  if (outcome.status === 'succeeded') parts.push(`result\n${JSON.stringify(outcome.result, null, 2)}`);
  return parts.join('\n\n');
}

function stageRow(stage: StageRecord): string[] {
  const { path, component, status, attempts, duration_ms, error } = stage;
  const took = status === 'skipped' ? '' : durationText(duration_ms);
  return [
    path,
    component,
    status,
    attempts > 0 ? String(attempts) : '',
    took,
    error ? clip(`${error.type}: ${error.message}`) : '',
  ];
}

function clip(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}

export function logLine(entry: LogEntry): string {
  const data = entry.data === undefined ? '' : `  ${JSON.stringify(entry.data)}`;
  const level = entry.level.padEnd(5);
  const style = entry.level === 'error' ? 'red' : entry.level === 'warn' ? 'yellow' : 'dim';
  return `${new Date(entry.at).toISOString()}  ${paint(style, level)}  ${entry.path}  ${entry.message}${data}`;
}
