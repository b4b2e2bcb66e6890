import { readFileSync } from 'node:fs';
import { checkSignal } from '../../../core/check-signal.ts';
import { fail } from '../../../core/errors.ts';
import { isObject, type Json } from '../../../core/json.ts';
import { guarded } from '../journal-file.ts';
import { findRunId } from './id.ts';
import { type RunFiles, runFiles } from './layout.ts';
import { isLive } from './list.ts';
import type { RunRecord } from './record.ts';
import { readOutcome, readPipelines, readRecord } from './record-files.ts';
import { recordedDefinitions } from './recorded-definitions.ts';
import { addSignal, nextNumber, storedSignals } from './signal-store.ts';

export interface SentSignal {
  readonly run_id: string;
  readonly name: string;
  /** A process executes the run and takes the data; else the run goes on when it is resumed. */
  readonly live: boolean;
  readonly record: RunRecord;
}

/**
 * Keeps data for a local run that waits for a signal, or will. `word` is an id, a unique prefix, or `last`. Throws FlowMasonError `NOT_FOUND` (no such run, or no such signal in it), `SIGNAL_LATE` (it has been
 * answered, or the run has ended), `SIGNAL_INVALID` (it does not fit the schema). `dryRun`: only checks it.
 */
export function sendSignal(
  home: string,
  word: string,
  name: string,
  data: Json,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): SentSignal {
  const files = runFiles(home, findRunId(home, word));
  const record = readRecord(files);
  const { run_id, status } = record;
  const live = isLive(record, files.folder);
  if (status === 'succeeded' || status === 'failed' || status === 'cancelled') {
    fail('SIGNAL_LATE', `Run ${run_id} has ended (${status}), so nothing waits for \`${name}\``, {
      hint: `fm runs show ${run_id}`,
    });
  }
  checkSignal(recordedDefinitions(readPipelines(files)), run_id, name, data);
  const signal = { name, data, sent_at: Date.now(), taken_by: null, refused: null };
  for (;;) {
    checkOpen(files, record, name);
    if (dryRun) return { run_id, name, live, record };
    const number = nextNumber(files);
    // Somebody else may have sent something in between: then look again whether this is still wanted.
    if (guarded(files.signals, () => addSignal(files, number, signal))) return { run_id, name, live, record };
  }
}

/** Throws `SIGNAL_LATE` when the name has data that nobody has taken, or none waits for another one. */
function checkOpen(files: RunFiles, record: RunRecord, name: string): void {
  const { run_id } = record;
  const hint = `fm runs show ${run_id}`;
  const sent = storedSignals(files, name).filter(({ signal }) => signal.refused === null);
  if (sent.some(({ signal }) => signal.taken_by === null)) {
    fail('SIGNAL_LATE', `Run ${run_id} has got \`${name}\` already and takes it when it comes to that stage`, { hint });
  }
  if (sent.length > 0 && !waitsFor(files, record).includes(name)) {
    fail('SIGNAL_LATE', `\`${name}\` of run ${run_id} has been answered before`, { hint });
  }
}

/** Signal names that stages of the run wait for now. */
function waitsFor(files: RunFiles, record: RunRecord): string[] {
  const waits: unknown = record.status === 'waiting' ? readOutcome(files)?.waiting : readWaiting(files);
  if (!Array.isArray(waits)) return [];
  return waits.flatMap((wait) => (isObject(wait) && typeof wait.signal === 'string' ? [wait.signal] : []));
}

function readWaiting(files: RunFiles): unknown {
  try {
    return JSON.parse(readFileSync(files.waiting, 'utf8'));
  } catch {
    return undefined;
  }
}
