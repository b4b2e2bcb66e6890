import { FlowMasonError } from '../../../core/errors.ts';
import { printFailure } from '../../print/failure.ts';
import { say } from '../../terminal.ts';
import type { RunFlags } from './flags.ts';
import { takeSignals } from './interrupt.ts';
import { stopping } from './once.ts';
import { report } from './report.ts';
import { run } from './run.ts';
import { watchFiles } from './watch-files.ts';

/** Runs, and runs again whenever a file changes that the run reads, until Ctrl-C; answers the exit code of that. */
export async function runOnChange(pipeline: string, flags: RunFlags): Promise<number> {
  let running = true;
  const interrupt = takeSignals((name) => {
    if (running) say(stopping(name));
  });
  try {
    for (let generation = 0; ; generation++) {
      // From before the run, so that no change is missed while it goes on.
      const files = watchFiles(pipeline, flags);
      try {
        running = true;
        const request = { pipeline, flags, interrupt, generation };
        await run(request).then(
          (result) => report(result, flags, interrupt),
          (error) => {
            // No file makes a wrong command line right.
            if (error instanceof FlowMasonError && error.code === 'USAGE') throw error;
            printFailure(error, false);
          },
        );
        running = false;
        if (!interrupt.signal.aborted) say('Waiting for changes; Ctrl-C ends it.');
        const changed = await files.changed(interrupt.signal);
        if (changed === undefined) return interrupt.exit() ?? 0;
        say(`${changed} changed`);
      } finally {
        files.close();
      }
    }
  } finally {
    interrupt.release();
  }
}
