import { fail } from '../../../core/errors.ts';
import type { Recorded } from '../../../core/journal.ts';
import { parsePath } from '../../../core/path.ts';
import type { RunOutcome, StageRecord, Usage } from '../../../core/run.ts';
import { errorCode } from '../atomic-file.ts';
import { recordedDefinitions } from './check-unchanged.ts';
import { findRunId } from './id.ts';
import { runFiles } from './layout.ts';
import { isLive } from './list.ts';
import { type LoadedJournal, loadJournal } from './load-journal.ts';
import { componentName, type Definitions, stageAt } from './paths.ts';
import type { RecordedRun, RunRecord } from './record.ts';
import { readOutcome, readPipelines, readRecord } from './record-files.ts';

/**
 * Everything recorded of one run, without taking it. `word` is an id, a unique prefix, or `last`. Throws FlowMasonError
 * `NOT_FOUND`, `USAGE`, `RECORD_CORRUPT`.
 */
export function readRun(home: string, word: string): RecordedRun {
  const files = runFiles(home, findRunId(home, word));
  const record = readRecord(files);
  const pipelines = readPipelines(files);
  const { recorded, logs, repetition } = readJournal(files.journal);
  const unfinished = record.status === 'running' || record.status === 'queued';
  const finished = unfinished ? undefined : readOutcome(files);
  const outcome = finished ?? outcomeSoFar(record, recorded, recordedDefinitions(pipelines));
  return { record, pipelines, live: isLive(record, files.folder), recorded, logs, repetition, outcome };
}

/** As `loadJournal`; a missing file is a damaged record, because a run has one from its start. */
export function readJournal(file: string): LoadedJournal {
  try {
    return loadJournal(file);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return fail('RECORD_CORRUPT', `${file} is missing`, {
      hint: 'Start the pipeline anew with `fm run`; the damaged record stays where it is.',
    });
  }
}

/** What the journal tells of a run that has not ended: finished stages, and those that started. */
function outcomeSoFar(record: RunRecord, recorded: Recorded, definitions: Definitions): RunOutcome {
  const stages: StageRecord[] = [];
  let last = record.started_at;
  let usage: Usage | null = null;
  for (const end of recorded.ends.values()) {
    const { id, path, component, status, attempts, started_at } = end;
    const duration_ms = started_at === null ? 0 : end.finished_at - started_at;
    const error = end.error ? { error: end.error } : undefined;
    stages.push({ id, path, component, status, attempts, started_at, duration_ms, ...error });
    last = Math.max(last, end.finished_at);
    if (end.usage) usage = add(usage, end.usage);
  }
  for (const { path, started_at } of recorded.starts.values()) {
    const steps = parsePath(path) ?? [];
    const stage = recorded.ends.has(path) ? undefined : stageAt(definitions, steps);
    if (!stage) continue;
    const component = componentName(stage);
    const common = { id: stage.id, path, component, status: 'running', attempts: 1 } as const;
    stages.push({ ...common, started_at, duration_ms: Math.max(0, last - started_at) });
  }
  const { run_id, pipeline, version, status, started_at } = record;
  return {
    run_id,
    pipeline,
    version,
    status,
    result: null,
    error: null,
    stages,
    usage,
    started_at,
    duration_ms: last - started_at,
  };
}

function add(a: Usage | null, b: Usage): Usage {
  const sum: Usage = {
    input_tokens: (a?.input_tokens ?? 0) + b.input_tokens,
    output_tokens: (a?.output_tokens ?? 0) + b.output_tokens,
    total_tokens: (a?.total_tokens ?? 0) + b.total_tokens,
  };
  const cost = (a?.cost_usd ?? 0) + (b.cost_usd ?? 0);
  if (a?.cost_usd !== undefined || b.cost_usd !== undefined) sum.cost_usd = cost;
  return sum;
}
