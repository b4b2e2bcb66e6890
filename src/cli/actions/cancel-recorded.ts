import { fail } from '../../core/errors.ts';
import { errorCode } from '../../hosts/node/atomic-file.ts';
import { lockHolder } from '../../hosts/node/process-lock.ts';
import { findRunId } from '../../hosts/node/runs/id.ts';
import { runFiles } from '../../hosts/node/runs/layout.ts';
import { readRun } from '../../hosts/node/runs/read.ts';
import type { Outcome } from '../command.ts';
import { commandLine } from '../usage.ts';
import { openHome } from './run/home.ts';
import { statusOf } from './runs.ts';

/** Tells the process that executes a recorded run to stop it. Throws FlowMasonError `RUN_BUSY` for one on another machine. */
export async function cancelRecorded(word: string, dryRun: boolean): Promise<Outcome> {
  const { home } = openHome();
  const id = findRunId(home, word);
  const { record, live } = readRun(home, id);
  const status = statusOf({ status: record.status, live });
  const holder = live ? lockHolder(runFiles(home, id).folder) : undefined;
  if (!holder) {
    const next =
      status === 'interrupted' || status === 'waiting'
        ? '; nobody executes it, so there is nothing to stop'
        : ': it has ended already';
    return { json: { run_id: id, status }, text: `run ${id}  ${status}${next}` };
  }
  const { pid, host } = holder.process;
  if (!holder.certain) {
    fail('RUN_BUSY', `Run ${id} is executed by process ${pid} on the machine ${host}, which cannot be told from here`, {
      hint: `On ${host}: kill -INT ${pid}`,
    });
  }
  if (dryRun) {
    const json = { dry_run: true, run_id: id, status };
    return { json, text: `run ${id}  is ${status}: process ${pid} would be told to stop it` };
  }
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    // It has ended since.
    if (errorCode(error) !== 'ESRCH') throw error;
  }
  return {
    json: { run_id: id, status },
    text: `run ${id}  process ${pid} was told to stop it; ${commandLine('runs:show', [id])}`,
  };
}
