import { say } from '../../terminal.ts';
import { takeSignals } from './interrupt.ts';
import { report } from './report.ts';
import { type RunFlags, run } from './run.ts';

/** Runs or resumes once with Ctrl-C taken over, prints how it ended, and answers the exit code. */
export async function runOnce(pipeline: string | undefined, flags: RunFlags, generation?: number): Promise<number> {
  const interrupt = takeSignals((name) => say(`${name}: the run is being stopped; once more ends it at once`));
  try {
    const again = generation === undefined ? undefined : { generation };
    return report(await run({ pipeline, flags, interrupt, ...again }), flags, interrupt);
  } finally {
    interrupt.release();
  }
}
