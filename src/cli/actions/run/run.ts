import { readFileSync } from 'node:fs';
import { fail } from '../../../core/errors.ts';
import type { RunOutcome } from '../../../core/run.ts';
import { livePrinter } from '../../print/run/live.ts';
import { plainPrinter } from '../../print/run/plain.ts';
import { jsonLinesPrinter, type RunPrinter, SILENT } from '../../print/run/printer.ts';
import { createView } from '../../print/run/view.ts';
import { canAsk, say } from '../../terminal.ts';
import { askOnTerminal } from './ask.ts';
import { type InputFlags, readInput } from './input.ts';
import type { Interrupt } from './interrupt.ts';
import { durationFlag, type PreparedRun, prepareRun } from './prepare.ts';
import { resumeRun } from './resume.ts';
import { type Executed, executeRecorded, startRun } from './start.ts';
import type { StartOptions } from './start-options.ts';

export interface RunFlags extends InputFlags {
  readonly json?: boolean | undefined;
  readonly 'json-lines'?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly 'max-parallel'?: number | undefined;
  readonly timeout?: string | undefined;
  readonly vars?: readonly string[] | undefined;
  readonly resume?: string | undefined;
  readonly from?: readonly string[] | undefined;
}

export interface RunRequest {
  /** Absent only when a recorded run is resumed. */
  readonly pipeline: string | undefined;
  readonly flags: RunFlags;
  readonly interrupt: Interrupt;
  readonly generation?: number;
}

/** How a run ended, and the line that goes on with it where there is one. */
export interface RunReport extends Executed {
  readonly resume: string | undefined;
}

/** Runs a pipeline, or goes on with a recorded run, and shows it meanwhile. Throws FlowMasonError before it starts. */
export async function run(request: RunRequest): Promise<RunReport> {
  const { flags, pipeline, generation } = request;
  checkFlags(request);
  const timeout = durationFlag('timeout', flags.timeout);
  if (flags.resume !== undefined) {
    const { resume, from } = flags;
    const { prepared, run: open } = await resumeRun({ run: resume, pipeline, from });
    return watchRun(request, prepared, timeout, (options) =>
      executeRecorded(prepared, { ...options, input: open.record.input }, open),
    );
  }
  const name = pipeline ?? fail('USAGE', '`fm run` needs FILE', { hint: 'fm run pipelines/my-pipeline.pipeline.json' });
  const input = readInput(flags, () => readFileSync(0, 'utf8'));
  const prepared = await prepareRun({ pipeline: name, vars: flags.vars, stdin: () => readFileSync(0), generation });
  return watchRun(request, prepared, timeout, (options) => startRun(prepared, { ...options, input }));
}

type Shown = Omit<StartOptions, 'input'>;

async function watchRun(
  request: RunRequest,
  prepared: PreparedRun,
  timeout: number | undefined,
  start: (options: Shown) => Promise<Executed>,
): Promise<RunReport> {
  const { flags, interrupt } = request;
  const { plan } = prepared.loaded;
  const printer = choosePrinter(flags, prepared);
  const ask =
    canAsk() && !flags.json && !flags['json-lines'] && !flags.quiet ? askOnTerminal(() => printer.pause()) : undefined;
  try {
    const executed = await start({
      maxParallel: flags['max-parallel'],
      timeout,
      signal: interrupt.signal,
      onEvent: (event) => printer.event(event),
      ask,
    });
    return { ...executed, resume: resumeLine(request, executed.outcome, executed.recorded, plan.name) };
  } finally {
    printer.end();
  }
}

function choosePrinter(flags: RunFlags, prepared: PreparedRun): RunPrinter {
  if (flags['json-lines']) return jsonLinesPrinter((text) => process.stdout.write(text));
  if (flags.json || flags.quiet) return SILENT;
  const { plan } = prepared.loaded;
  const drawable = process.stderr.isTTY && process.env.TERM !== 'dumb' && !process.env.CI;
  return drawable ? livePrinter(createView(plan), `${plan.name} ${plan.version}`) : plainPrinter(say);
}

/** `fm run FILE --resume RUN`, or what else goes on with it. */
function resumeLine(request: RunRequest, outcome: RunOutcome, recorded: boolean, name: string): string | undefined {
  if (!recorded || outcome.status === 'succeeded') return undefined;
  const { pipeline } = request;
  return pipeline === undefined || pipeline === '-'
    ? `fm runs resume ${outcome.run_id}`
    : `fm run ${/[^\w@%+=:,./-]/.test(pipeline) ? name : pipeline} --resume ${outcome.run_id}`;
}

function checkFlags({ flags, pipeline }: RunRequest): void {
  const inputs = flags.input ?? flags['input-file'] ?? flags.set?.[0];
  if (flags.resume !== undefined && inputs !== undefined) {
    fail('USAGE', 'a resumed run keeps its recorded input; --input, --input-file and --set are for new runs', {
      hint: `fm run ${pipeline ?? 'FILE'} --resume ${flags.resume}`,
    });
  }
  if (flags.resume !== undefined && flags.vars !== undefined) {
    fail('USAGE', 'a resumed run keeps its recorded variables; --vars is for new runs', {
      hint: `fm runs resume ${flags.resume}`,
    });
  }
  if (flags.from !== undefined && flags.resume === undefined) {
    fail('USAGE', '--from names the stage where a recorded run begins again, so it needs --resume', {
      hint: `fm run ${pipeline ?? 'FILE'} --resume last --from ${flags.from[0]}`,
    });
  }
  if (pipeline === '-' && (flags.input === '-' || flags['input-file'] === '-')) {
    fail('USAGE', 'stdin can be the pipeline or its input, not both', {
      hint: 'fm run - --input-file input.json < x.pipeline.json',
    });
  }
}
