import { FlowMasonError } from '../../../core/errors.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import { OutcomeError } from '../../command.ts';
import { plainPrinter } from '../../print/run/plain.ts';
import { jsonLinesPrinter, type RunPrinter, SILENT } from '../../print/run/printer.ts';
import { say } from '../../terminal.ts';
import { takeSignals } from '../run/interrupt.ts';
import { nextCommands } from '../run/next.ts';
import { report } from '../run/report.ts';
import type { Begun } from './begin.ts';
import type { DeployedFlags } from './flags.ts';
import { watchForNobody } from './nobody-takes.ts';
import { outcomeOfView } from './outcome.ts';
import { commandThere, targetFlags } from './place.ts';
import { leftDocument, stillGoing } from './still-going.ts';

/** Follows a run on a server until it ends or waits for somebody; answers the exit code. It goes on without this command. */
export async function followThere(
  target: Target,
  { run }: Begun,
  flags: DeployedFlags,
  wait: number | undefined,
): Promise<number> {
  const { run_id: id } = run;
  const show = commandThere(target, 'runs:show', [id, '--follow']);
  const late = new AbortController();
  const interrupt = takeSignals((name) => {
    say(`${name}: the run goes on in ${target.name}\nTry: ${show}\nthen: ${commandThere(target, 'runs:cancel', [id])}`);
    late.abort();
  });
  const timer = wait === undefined ? undefined : setTimeout(() => late.abort(), wait);
  const printer = printerOf(flags);
  /** What keeps this command from following the run does not keep the run from going on. */
  const explained = (error: unknown): never => {
    if (!(error instanceof FlowMasonError)) throw error;
    const { code, message, problems, details } = error;
    const told = `${message}; run ${id} goes on in ${target.name} without this command`;
    const hint = code === 'UNAUTHENTICATED' && error.hint !== undefined ? `${error.hint}, then: ${show}` : show;
    const cause = new FlowMasonError(code, told, { hint, problems, details, cause: error });
    throw new OutcomeError(cause, { json: { run_id: id }, text: '' });
  };
  const stopWatching = flags.quiet ? () => {} : watchForNobody(target, id);
  try {
    await follow(target, id, printer, late.signal, flags).catch(explained);
    printer.end();
    const exit = interrupt.exit();
    if (exit !== undefined) {
      leftDocument({ run_id: id }, flags);
      return exit;
    }
    if (late.signal.aborted) return await stillGoing(target, id, flags, show);
    const outcome = outcomeOfView(await target.client.call('GET /runs/:id', { id }), target);
    const resume = commandThere(target, 'runs:resume', [id]);
    const definitions = { main: outcome.pipeline, pipelines: new Map() };
    // One that waits goes on by itself when it has got what it waits for.
    const next = nextCommands(outcome, definitions, outcome.status === 'waiting' ? show : resume, targetFlags(target));
    const place = targetFlags(target);
    return report({ outcome, input: null, recorded: true, onFailure: undefined, next, place }, flags, interrupt);
  } finally {
    clearTimeout(timer);
    stopWatching();
    printer.end();
    interrupt.release();
  }
}

async function follow(
  target: Target,
  id: string,
  printer: RunPrinter,
  signal: AbortSignal,
  { quiet }: DeployedFlags,
): Promise<void> {
  const onLost = (why: string): void => {
    if (!quiet) say(`lost ${target.name} (${why}); the run goes on there, and this looks for it again`);
  };
  try {
    for await (const event of target.client.events('GET /runs/:id/events', { id }, { signal, onLost })) {
      printer.event(event);
      if (event.type === 'run' && event.status === 'waiting') return;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function printerOf(flags: DeployedFlags): RunPrinter {
  if (flags['json-lines']) return jsonLinesPrinter((text) => process.stdout.write(text));
  return flags.json || flags.quiet ? SILENT : plainPrinter(say);
}
