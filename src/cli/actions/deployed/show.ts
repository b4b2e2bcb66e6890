import { shortDigest } from '../../../core/release/short-digest.ts';
import type { Outcome } from '../../command.ts';
import { attemptDocuments, attemptsText } from '../../print/run/attempts.ts';
import { runDocument, timeText } from '../../print/run/document.ts';
import { plainPrinter } from '../../print/run/plain.ts';
import { runText } from '../../print/runs.ts';
import type { TargetFlags } from '../../target.ts';
import { say } from '../../terminal.ts';
import { nextCommands } from '../run/next.ts';
import { findRun } from './find-run.ts';
import { noticesOf } from './follow.ts';
import { nobodyTakes, watchForNobody } from './nobody-takes.ts';
import { onRuns, type RunsThere } from './on-runs.ts';
import { outcomeOfView } from './outcome.ts';
import { commandThere, targetFlags } from './place.ts';

async function followToItsEnd(there: RunsThere, id: string): Promise<void> {
  const printer = plainPrinter(say);
  const stopWatching = watchForNobody(there.target, id);
  try {
    for await (const notice of noticesOf(there, id)) printer.event(notice);
    printer.end();
  } finally {
    stopWatching();
  }
}

/** A run of a target: its state, every stage, its result or error; with `follow` once it has ended. */
export function showThere(flags: TargetFlags, word: string, follow: boolean): Promise<Outcome> {
  return onRuns(flags, async (there) => {
    const { target, statusOf, isLive } = there;
    const id = await findRun(target, word);
    if (follow) await followToItsEnd(there, id);
    const view = await target.client.call('GET /runs/:id', { id });
    const outcome = outcomeOfView(view, target);
    const status = statusOf(view);
    // On a server one that waits goes on by itself.
    const follows = target.kind === 'server' && view.status === 'waiting';
    const resume = commandThere(target, follows ? 'runs:show' : 'runs:resume', [id, ...(follows ? ['--follow'] : [])]);
    const definitions = { main: view.pipeline, pipelines: new Map() };
    const goesOn = target.kind === 'server' ? view.status === 'queued' || view.status === 'running' : isLive(id);
    const next = goesOn ? [] : nextCommands(outcome, definitions, resume, targetFlags(target));
    const nobody = nobodyTakes(view, target.name);
    if (nobody !== undefined) say(nobody);
    const { input, vars, release, repetition, actor } = view;
    const [attempts, accepted_at] = [attemptDocuments(view.attempts), timeText(view.accepted_at)];
    const from = `release ${shortDigest(release)}`;
    return {
      json: { ...runDocument(outcome), status, input, vars, release, actor, accepted_at, attempts },
      text: runText({ outcome, status, from, input, repetition, attempts: attemptsText(view.attempts) }, next),
    };
  });
}
