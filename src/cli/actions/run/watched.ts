import type { Plan } from '../../../core/plan.ts';
import { livePrinter } from '../../print/run/live.ts';
import { plainPrinter } from '../../print/run/plain.ts';
import { jsonLinesPrinter, type RunPrinter, SILENT } from '../../print/run/printer.ts';
import { createView } from '../../print/run/view.ts';
import { canAsk, say } from '../../terminal.ts';
import { askOnTerminal } from './ask.ts';
import type { RunFlags } from './flags.ts';
import type { StartOptions } from './start-options.ts';

/** Executes a pipeline and shows it meanwhile, as the flags and the terminal ask for. */
export async function watched<T>(
  plan: Plan | undefined,
  version: string,
  flags: RunFlags,
  start: (shown: Pick<StartOptions, 'onEvent' | 'ask'>) => Promise<T>,
): Promise<T> {
  const printer = choosePrinter(flags, plan, version);
  const asks = canAsk() && !flags.json && !flags['json-lines'] && !flags.quiet;
  const ask = asks ? askOnTerminal(() => printer.pause()) : undefined;
  try {
    return await start({ onEvent: (event) => printer.event(event), ask });
  } finally {
    printer.end();
  }
}

function choosePrinter(flags: RunFlags, plan: Plan | undefined, version: string): RunPrinter {
  if (flags['json-lines']) return jsonLinesPrinter((text) => process.stdout.write(text));
  if (flags.json || flags.quiet) return SILENT;
  const drawable = process.stderr.isTTY && process.env.TERM !== 'dumb' && !process.env.CI;
  return drawable && plan ? livePrinter(createView(plan), `${plan.name} ${version}`) : plainPrinter(say);
}
