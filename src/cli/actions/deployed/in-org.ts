import type { Clock } from '../../../core/ports.ts';
import { currentDefinitions } from '../../../core/rewind/check-unchanged.ts';
import type { Plans } from '../../../core/rewind/select.ts';
import type { RunOutcome } from '../../../core/run.ts';
import type { RunEvent } from '../../../executor/types.ts';
import type { OrgWorker } from '../../../hosts/node/targets/org-worker.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import { guardComponents } from '../guard-components.ts';
import { timeoutOf } from '../run/flags.ts';
import type { Interrupt } from '../run/interrupt.ts';
import { nextCommands } from '../run/next.ts';
import type { FailureHandling } from '../run/on-failure.ts';
import { report } from '../run/report.ts';
import type { StartOptions } from '../run/start-options.ts';
import { watched } from '../run/watched.ts';
import type { Begun } from './begin.ts';
import type { DeployedFlags } from './flags.ts';
import { outcomeOfView } from './outcome.ts';
import { commandThere, targetFlags } from './place.ts';
import { stillGoing } from './still-going.ts';

export interface HereOptions {
  readonly target: Target;
  readonly worker: OrgWorker;
  readonly begun: Begun;
  readonly flags: DeployedFlags;
  readonly interrupt: Interrupt;
  /** Milliseconds; then it is given back. */
  readonly wait: number | undefined;
  readonly clock: Clock;
}

/** Executes a run of an org in this process and shows it meanwhile; answers the exit code. */
export async function executeHere(options: HereOptions): Promise<number> {
  const { target, worker, begun, flags, interrupt } = options;
  const { run_id } = begun.run;
  const release = guardComponents('the run', commandThere(target, 'runs:resume', [run_id]));
  try {
    const plans = await worker.plans(run_id);
    const running = shown(options, plans, run_id);
    const outcome = await within(options, running);
    if (outcome === 'late') {
      // Nobody else would go on with it, so it is given back as it is.
      await worker.close();
      await running;
      return await stillGoing(target, run_id, flags, commandThere(target, 'runs:resume', [run_id]));
    }
    const onFailure = interrupt.signal.aborted ? undefined : await handled(options, run_id, outcome);
    const resume = commandThere(target, 'runs:resume', [run_id]);
    const next = nextCommands(outcome, currentDefinitions(plans), resume, targetFlags(target));
    return report(
      { outcome, input: null, recorded: true, onFailure, next, place: targetFlags(target) },
      flags,
      interrupt,
    );
  } finally {
    release();
  }
}

/** Undefined means that somebody else has ended it meanwhile: then what is recorded counts. */
async function shown(options: HereOptions, plans: Plans, run: string): Promise<RunOutcome> {
  const { target, worker, flags, interrupt } = options;
  const plan = plans.plans.get(plans.main);
  const view = await target.client.call('GET /runs/:id', { id: run });
  const { version } = view;
  const limits = { maxParallel: flags['max-parallel'], timeout: timeoutOf(flags, view.pipeline) };
  const start = async ({ onEvent, ask }: Pick<StartOptions, 'onEvent' | 'ask'>) => {
    // A run of what is deployed is known by the version of its release.
    const told = (event: RunEvent): void => onEvent(event.type === 'run' ? { ...event, version } : event);
    const outcome = await worker.execute(run, { ...limits, onEvent: told, ask, signal: interrupt.signal });
    if (outcome) return { ...outcome, version };
    return outcomeOfView(await target.client.call('GET /runs/:id', { id: run }), target);
  };
  return watched(plan, version, flags, start);
}

async function handled(options: HereOptions, run: string, outcome: RunOutcome): Promise<FailureHandling | undefined> {
  const handler = outcome.status === 'failed' ? await options.worker.handler(run) : undefined;
  if (handler === undefined) return undefined;
  const plans = await options.worker.plans(handler);
  const ended = await shown({ ...options, flags: { ...options.flags, timeout: undefined } }, plans, handler);
  return { pipeline: ended.pipeline, outcome: ended };
}

function within({ wait, clock }: HereOptions, work: Promise<RunOutcome>): Promise<RunOutcome | 'late'> {
  if (wait === undefined) return work;
  return new Promise((resolve, reject) => {
    const cancel = clock.after(wait, () => resolve('late'));
    work.then(resolve, reject).finally(cancel);
  });
}
