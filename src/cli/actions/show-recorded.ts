import { findRunId } from '../../hosts/node/runs/id.ts';
import { readRun } from '../../hosts/node/runs/read.ts';
import { recordedDefinitions } from '../../hosts/node/runs/recorded-definitions.ts';
import type { Outcome } from '../command.ts';
import { runDocument } from '../print/run/document.ts';
import { logLine, runText } from '../print/runs.ts';
import { say } from '../terminal.ts';
import { commandLine } from '../usage.ts';
import { runLogs } from './follow.ts';
import { openHome } from './run/home.ts';
import { nextCommands } from './run/next.ts';
import { statusOf } from './runs.ts';

/** A recorded run of this project; with `follow` once nobody executes it any more, its log meanwhile. */
export async function showRecorded(word: string, follow: boolean): Promise<Outcome> {
  const { home } = openHome();
  const id = findRunId(home, word);
  if (follow) for await (const entry of runLogs(home, id, true)) say(logLine(entry));
  const run = readRun(home, id);
  const { outcome, record, repetition } = run;
  const { input, vars, file } = record;
  const status = statusOf({ status: record.status, live: run.live });
  const resume = commandLine('runs:resume', [id]);
  const next = run.live ? [] : nextCommands(outcome, recordedDefinitions(run.pipelines), resume);
  return {
    json: { ...runDocument(outcome), status, input, vars },
    text: runText({ outcome, status, from: file ?? undefined, input, repetition }, next),
  };
}
