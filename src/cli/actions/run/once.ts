import { say } from '../../terminal.ts';
import { guardComponents } from '../guard-components.ts';
import type { RunFlags } from './flags.ts';
import { takeSignals } from './interrupt.ts';
import { report } from './report.ts';
import { run } from './run.ts';

/** Runs or resumes once with Ctrl-C taken over, prints how it ended, and answers the exit code. */
export async function runOnce(pipeline: string | undefined, flags: RunFlags): Promise<number> {
  const interrupt = takeSignals((name) => say(stopping(name)));
  const release = guardComponents('the run', 'fm runs resume last');
  try {
    return report(await run({ pipeline, flags, interrupt }), flags, interrupt);
  } finally {
    release();
    interrupt.release();
  }
}

export function stopping(name: string): string {
  return `${name}: the run is being stopped; once more ends it at once`;
}
