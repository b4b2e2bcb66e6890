import { readFileSync } from 'node:fs';
import { fail } from '../../../core/errors.ts';
import { isObject } from '../../../core/json.ts';
import type { RunOutcome, RunStatus } from '../../../core/run.ts';
import { errorCode, writeAtomic } from '../atomic-file.ts';
import type { RunFiles } from './layout.ts';
import type { RecordedPipelines, RunRecord } from './record.ts';

const STATUSES: readonly unknown[] = [
  'queued',
  'running',
  'waiting',
  'succeeded',
  'failed',
  'cancelled',
] satisfies RunStatus[];

/** Throws FlowMasonError `RECORD_CORRUPT`. */
export function readRecord(files: RunFiles): RunRecord {
  return readChecked(files.record, isRecord);
}

/** Throws FlowMasonError `RECORD_CORRUPT`. */
export function readPipelines(files: RunFiles): RecordedPipelines {
  return readChecked(files.pipelines, isPipelines);
}

/** What the last execution came to; undefined when none has ended. */
export function readOutcome(files: RunFiles): RunOutcome | undefined {
  const value = readJson(files.outcome);
  return isOutcome(value) ? value : undefined;
}

export function writeRecord(files: RunFiles, record: RunRecord, durable = false): void {
  writeAtomic(files.record, `${JSON.stringify(record, null, 2)}\n`, { durable });
}

export function writePipelines(files: RunFiles, pipelines: RecordedPipelines): void {
  writeAtomic(files.pipelines, `${JSON.stringify(pipelines)}\n`);
}

export function writeOutcome(files: RunFiles, outcome: RunOutcome): void {
  writeAtomic(files.outcome, `${JSON.stringify(outcome)}\n`);
}

function readChecked<T>(file: string, check: (value: unknown) => value is T): T {
  const value = readJson(file);
  if (check(value)) return value;
  const what = value === undefined ? 'is missing or not JSON' : 'does not have the form that FlowMason writes';
  fail('RECORD_CORRUPT', `${file} ${what}`, {
    hint: 'Start the pipeline anew with `fm run`; the damaged record stays where it is.',
  });
}

/** Undefined when the file is missing or not JSON. */
function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError || errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function isRecord(value: unknown): value is RunRecord {
  return (
    isObject(value) &&
    value.format === 1 &&
    typeof value.run_id === 'string' &&
    typeof value.pipeline === 'string' &&
    typeof value.version === 'string' &&
    (value.file === null || typeof value.file === 'string') &&
    typeof value.environment === 'string' &&
    'input' in value &&
    isObject(value.vars) &&
    STATUSES.includes(value.status) &&
    (value.concurrency === undefined || typeof value.concurrency === 'string') &&
    typeof value.started_at === 'number' &&
    (value.finished_at === null || typeof value.finished_at === 'number')
  );
}

function isPipelines(value: unknown): value is RecordedPipelines {
  if (!isObject(value) || value.format !== 1 || typeof value.main !== 'string' || !isObject(value.pipelines)) {
    return false;
  }
  const all = Object.values(value.pipelines);
  return Object.hasOwn(value.pipelines, value.main) && all.every(isPipeline);
}

function isPipeline(value: unknown): boolean {
  return isObject(value) && isObject(value.definition) && Array.isArray(value.definition.stages);
}

function isOutcome(value: unknown): value is RunOutcome {
  return isObject(value) && typeof value.run_id === 'string' && Array.isArray(value.stages) && 'result' in value;
}
