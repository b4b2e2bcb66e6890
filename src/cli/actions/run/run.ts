import type { Json } from '../../../core/json.ts';
import { currentDefinitions } from '../../../core/rewind/check-unchanged.ts';
import type { OpenRun } from '../../../hosts/node/runs/hold.ts';
import { commandLine } from '../../usage.ts';
import { checkFlags, type RunFlags, timeoutOf } from './flags.ts';
import { readInput } from './input.ts';
import type { Interrupt } from './interrupt.ts';
import { nextCommands } from './next.ts';
import { type FailureHandling, handleFailure } from './on-failure.ts';
import { type PreparedRun, plansOf, prepareRun } from './prepare.ts';
import { resumeRun } from './resume.ts';
import { type Executed, executeRecorded, startRun } from './start.ts';
import { watched } from './watched.ts';

export interface RunRequest {
  /** The word on the command line. Absent for `fm runs resume`, where the flags name the run. */
  readonly pipeline: string | undefined;
  readonly flags: RunFlags;
  readonly interrupt: Interrupt;
  /** Counts up with `--watch`. */
  readonly generation?: number;
}

/** How a run ended, and the commands that go on with it where there are any. */
export interface RunReport extends Executed {
  readonly next: readonly string[];
  readonly onFailure: FailureHandling | undefined;
  /** The flags that lead to where it is recorded; none for a record of this project. */
  readonly place?: readonly string[];
}

/** Runs a pipeline, or goes on with a recorded run, and shows it meanwhile. Throws FlowMasonError before it starts. */
export async function run(request: RunRequest): Promise<RunReport> {
  const { flags, pipeline, interrupt } = request;
  const { signal } = interrupt;
  checkFlags(flags, pipeline);
  const limits = { maxParallel: flags['max-parallel'], timeout: timeoutOf(flags, pipeline), signal };
  const { prepared, begun } = await beginning(request);
  const executed = await watched(prepared.loaded.plan, prepared.loaded.plan.version, flags, (shown) =>
    'open' in begun
      ? executeRecorded(prepared, { ...limits, ...shown }, begun.open)
      : startRun(prepared, begun.input, { ...limits, ...shown }),
  );
  // Nobody sits at the terminal to answer for what starts by itself.
  const onFailure = signal.aborted
    ? undefined
    : await handleFailure(prepared, executed, (handler, start) =>
        watched(handler.loaded.plan, handler.loaded.plan.version, flags, ({ onEvent }) => start({ signal, onEvent })),
      );
  return { ...executed, onFailure, next: next(request, prepared, executed) };
}

interface Beginning {
  readonly prepared: PreparedRun;
  readonly begun: { readonly input: Json } | { readonly open: OpenRun };
}

async function beginning({ flags, pipeline, generation }: RunRequest): Promise<Beginning> {
  if (pipeline === undefined || flags.resume !== undefined) {
    const { prepared, open } = await resumeRun({ run: flags.resume ?? 'last', pipeline, from: flags.from ?? [] });
    return { prepared, begun: { open } };
  }
  const input = readInput(flags);
  return { prepared: await prepareRun({ pipeline, vars: flags.vars, generation }), begun: { input } };
}

function next({ pipeline }: RunRequest, prepared: PreparedRun, { outcome, recorded }: Executed): string[] {
  if (!recorded) return [];
  const resume =
    pipeline === undefined || pipeline === '-'
      ? commandLine('runs:resume', [outcome.run_id])
      : commandLine('run', [pipeline, '--resume', outcome.run_id]);
  return nextCommands(outcome, currentDefinitions(plansOf(prepared)), resume);
}
