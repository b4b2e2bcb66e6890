import type { Graph, Plan } from '../../../core/plan.ts';
import type { StageStatus } from '../../../core/run.ts';
import type { RunEvent } from '../../../executor/types.ts';

/** One stage of the graph as the terminal shows it; a stage in a loop is one row for all its iterations. */
export interface Row {
  readonly id: string;
  /** Its path without iterations: `orders/pay`. */
  readonly key: string;
  readonly depth: number;
  readonly component: string;
  status: StageStatus;
  attempt: number;
  maxAttempts: number | undefined;
  startedAt: number | undefined;
  durationMs: number | undefined;
  /** The last progress line, or what it waits for. */
  note: string;
  recorded: boolean;
  /** How often it ended; more than once inside loops. */
  ended: number;
  failed: number;
  running: number;
  /** Items of a foreach, once known. */
  total: number | undefined;
}

/** The state of a run, kept up to date by its events. */
export interface RunView {
  readonly rows: readonly Row[];
  readonly byKey: ReadonlyMap<string, Row>;
}

/** The rows of a plan in the order of its stages, bodies below their owners. */
export function createView(plan: Plan): RunView {
  const rows: Row[] = [];
  addGraph(rows, plan.main, '', 0);
  return { rows, byKey: new Map(rows.map((row) => [row.key, row])) };
}

function addGraph(rows: Row[], graph: Graph, prefix: string, depth: number): void {
  for (const stage of graph.stages) {
    const key = prefix + stage.id;
    rows.push({
      id: stage.id,
      key,
      depth,
      component: stage.component.name,
      status: 'pending',
      attempt: 0,
      maxAttempts: undefined,
      startedAt: undefined,
      durationMs: undefined,
      note: '',
      recorded: false,
      ended: 0,
      failed: 0,
      running: 0,
      total: undefined,
    });
    for (const body of Object.values(stage.bodies)) addGraph(rows, body, `${key}/`, depth + 1);
  }
}

/** Takes an event in. */
export function applyEvent(view: RunView, event: RunEvent): void {
  if (event.type === 'run' || event.type === 'log') return;
  const row = view.byKey.get(event.path.replaceAll(/\[\d+\]/g, ''));
  if (!row) return;
  if (event.type === 'progress') row.note = event.text;
  else if (event.type === 'retry') {
    row.note = `${event.error.type}, again in ${(event.delay_ms / 1_000).toFixed(1)} s`;
    row.maxAttempts = event.max_attempts;
  } else applyStage(row, event);
}

function applyStage(row: Row, event: Extract<RunEvent, { type: 'stage' }>): void {
  row.attempt = event.attempt;
  if (event.total !== undefined) row.total = event.total;
  if (event.status === 'running') {
    if (event.attempt <= 1 && event.total === undefined && !event.cached) row.running++;
    row.startedAt ??= event.at;
    row.note = event.cached ? 'from the cache' : '';
    row.status = 'running';
    return;
  }
  if (event.status === 'waiting') {
    const { signal } = event.waiting ?? {};
    row.note = signal === undefined ? '' : `waits for the signal ${signal}`;
    row.status = 'waiting';
    return;
  }
  row.ended++;
  if (event.status === 'failed') row.failed++;
  row.running = Math.max(0, row.running - 1);
  row.recorded = event.recorded === true;
  row.note = '';
  row.durationMs = row.startedAt === undefined ? (event.duration_ms ?? 0) : event.at - row.startedAt;
  row.status = row.running > 0 ? 'running' : event.status;
}
