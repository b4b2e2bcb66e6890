import type { BulkView } from '../../core/api/run.ts';
import { table } from './table.ts';

type Runs = BulkView['runs'];

export interface PlannedRuns {
  readonly verb: 'cancel' | 'resume' | 'replay';
  readonly total: number;
  /** The first of them. */
  readonly runs: Runs;
  readonly status: readonly string[];
}

/** How many runs a command is about, and which first. */
export function plannedText({ verb, total, runs, status }: PlannedRuns): string {
  if (total === 0) return `nothing to ${verb}: no run that is ${status.join(' or ')} fits`;
  const rows = runs.map(({ run_id, pipeline, status: state, refused }) => [
    run_id,
    pipeline,
    state,
    refused ? `${refused.code}: ${refused.message}` : '',
  ]);
  const more = total - runs.length;
  const lines = [`${verb} ${count(total)}, the newest first:`, table(rows)];
  return [...lines, ...(more > 0 ? [`… and ${more} more`] : [])].join('\n');
}

export interface DoneRuns {
  readonly verb: PlannedRuns['verb'];
  readonly runs: Runs;
  /** Runs that it did not come to. */
  readonly left: number;
  /** In an org nobody executes what was queued. */
  readonly isOrg: boolean;
}

/** Refusals that are shown. */
const SHOWN = 10;
const DONE = { cancel: 'cancelled or told to stop', resume: 'queued to go on', replay: 'started anew' };

/** What became of them. */
export function doneText({ verb, runs, left, isOrg }: DoneRuns): string {
  const refused = runs.filter((run) => run.refused);
  const done = runs.length - refused.length;
  const lines = [`${count(done)} ${DONE[verb]}${refused.length > 0 ? `, ${refused.length} refused` : ''}`];
  if (refused.length > 0) {
    const rows = refused
      .slice(0, SHOWN)
      .map((run) => [run.run_id, run.refused?.code ?? '', run.refused?.message ?? '']);
    lines.push(table(rows));
    if (refused.length > SHOWN) lines.push(`… and ${refused.length - SHOWN} more`);
  }
  if (isOrg && done > 0 && verb !== 'cancel') {
    lines.push('An org executes nothing by itself; each of them goes on with: fm runs resume RUN --org NAME');
  }
  if (left > 0) lines.push(`${count(left)} left; the same command goes on with them`);
  return lines.join('\n');
}

function count(runs: number): string {
  return `${runs} ${runs === 1 ? 'run' : 'runs'}`;
}
