import { systemClock } from '../../../hosts/node/clock.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import { openWorkspace } from '../../project/workspace.ts';
import { openServerTarget } from '../../target.ts';
import { out, outJson, say } from '../../terminal.ts';
import { checkFlags } from '../run/flags.ts';
import { takeSignals } from '../run/interrupt.ts';
import { type Begun, fireDeployed, replayDeployed, resumeDeployed, startDeployed } from './begin.ts';
import { tellPlanned } from './dry-run.ts';
import { checkDeployed, type DeployedFlags, waitOf } from './flags.ts';
import { executeHere } from './in-org.ts';
import { followThere } from './on-server.ts';
import { openOrgWorker } from './open-org-worker.ts';
import { commandThere } from './place.ts';

/**
 * Runs what is deployed: in an org this process executes the run, on a server it follows it. `name` is the word on the
 * command line; without one the flags name a run that goes on. Prints how it ended and answers the exit code.
 */
export async function runDeployed(name: string | undefined, flags: DeployedFlags): Promise<number> {
  checkDeployed(flags, name);
  checkFlags(flags, name);
  const wait = waitOf(flags);
  if (flags.env !== undefined) {
    const workspace = openWorkspace({ cwd: process.cwd(), variables: process.env });
    const target = await openServerTarget(workspace, flags.env);
    try {
      announce(target, flags);
      const begun = await begin(target, name, flags);
      if (flags['dry-run']) return tellPlanned(begun, flags);
      return flags.async ? leave(target, begun, flags) : await followThere(target, begun, flags, wait);
    } finally {
      await target.close();
    }
  }
  const { target, worker, close } = await openOrgWorker(flags);
  const interrupt = takeSignals((signal) => say(`${signal}: the run is being stopped; once more ends it at once`));
  try {
    announce(target, flags);
    const begun = await begin(target, name, flags);
    if (flags['dry-run']) return tellPlanned(begun, flags);
    if (flags.async) return leave(target, begun, flags);
    return await executeHere({ target, worker, begun, flags, interrupt, wait, clock: systemClock });
  } finally {
    interrupt.release();
    await close();
  }
}

function announce(target: Target, flags: DeployedFlags): void {
  if (!flags.json && !flags['json-lines'] && !flags.quiet) say(`target: ${target.label}`);
}

function begin(target: Target, name: string | undefined, flags: DeployedFlags): Promise<Begun> {
  if (flags.fire) return fireDeployed(target, flags.fire, flags);
  if (flags.replay !== undefined) return replayDeployed(target, flags.replay, flags);
  return name === undefined || flags.resume !== undefined
    ? resumeDeployed(target, { ...flags, resume: flags.resume ?? 'last' })
    : startDeployed(target, name, flags);
}

/** `--async`: the run is accepted, and that is all. */
function leave(target: Target, { run }: Begun, flags: DeployedFlags): number {
  const { run_id, status } = run;
  if (flags.json) outJson({ run_id, status });
  else out(run_id);
  if (flags.json || flags.quiet) return 0;
  const next =
    target.kind === 'org'
      ? `An org executes nothing by itself. To execute the run: ${commandThere(target, 'runs:resume', [run_id])}`
      : `To look at it: ${commandThere(target, 'runs:show', [run_id])}`;
  say(`run ${run_id}  ${status}\n${next}`);
  return 0;
}
