import { Console } from 'node:console';
import { say } from '../../terminal.ts';
import type { RunFlags } from './flags.ts';
import { takeSignals } from './interrupt.ts';
import { report } from './report.ts';
import { run } from './run.ts';

/** Runs or resumes once with Ctrl-C taken over, prints how it ended, and answers the exit code. */
export async function runOnce(pipeline: string | undefined, flags: RunFlags): Promise<number> {
  const interrupt = takeSignals((name) => say(stopping(name)));
  const release = guardComponents();
  try {
    return report(await run({ pipeline, flags, interrupt }), flags, interrupt);
  } finally {
    release();
    interrupt.release();
  }
}

/**
 * What a custom component must not do to the command around it: print between the data of stdout, or end the process as
 * if the run were done.
 */
function guardComponents(): () => void {
  const own = globalThis.console;
  globalThis.console = new Console({ stdout: process.stderr, stderr: process.stderr });
  const onExit = (code: number): void => {
    if (code !== 0) return;
    say('COMPONENT  A component ended the process in the middle of the run\nTry: fm runs resume last');
    process.exitCode = 1;
  };
  process.on('exit', onExit);
  return () => {
    process.off('exit', onExit);
    globalThis.console = own;
  };
}

export function stopping(name: string): string {
  return `${name}: the run is being stopped; once more ends it at once`;
}
