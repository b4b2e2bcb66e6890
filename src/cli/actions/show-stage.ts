import type { RunStageView } from '../../core/api/run.ts';
import { fail } from '../../core/errors.ts';
import { type EndEntry, isWithin } from '../../core/journal.ts';
import { quote } from '../../core/quote.ts';
import { endedStage } from '../../core/recorded-stages.ts';
import { readRun } from '../../hosts/node/runs/read.ts';
import type { Outcome } from '../command.ts';
import { stagesText } from '../print/run/stages.ts';
import type { TargetFlags } from '../target.ts';
import { commandLine } from '../usage.ts';
import { findRun } from './deployed/find-run.ts';
import { onRuns } from './deployed/on-runs.ts';
import { openHome } from './run/home.ts';

const PAGE = 500;

/**
 * What a stage of a recorded run of this project gave, and those inside of it. Throws FlowMasonError `NOT_FOUND` for one
 * that has not ended.
 */
export function recordedStage(word: string, path: string): Outcome {
  const { record, recorded } = readRun(openHome().home, word);
  const found = [...recorded.ends.values()].filter((end) => isWithin(end.path, path));
  if (found.length === 0) {
    fail('NOT_FOUND', `Run ${record.run_id} has recorded nothing of a stage ${quote(path)}`, {
      hint: commandLine('runs:show', [record.run_id]),
    });
  }
  return shown(record.run_id, found.map(view));
}

/** The same of a run of a target. */
export function stageThere(flags: TargetFlags, word: string, path: string): Promise<Outcome> {
  return onRuns(flags, async ({ target }) => {
    const id = await findRun(target, word);
    const stages: RunStageView[] = [];
    for (let after: string | null | undefined; after !== null; ) {
      const at = after === undefined ? {} : { after };
      const page = await target.client.call('GET /runs/:id/stages', { id, path, limit: PAGE, ...at });
      stages.push(...page.stages);
      after = page.next;
    }
    return shown(id, stages);
  });
}

function shown(run_id: string, stages: readonly RunStageView[]): Outcome {
  return { json: { run_id, stages }, text: stagesText(stages) };
}

function view(end: EndEntry): RunStageView {
  const { output, input } = end;
  return { ...endedStage(end), output, ...(input === undefined ? undefined : { input }) };
}
