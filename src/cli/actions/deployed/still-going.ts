import type { Target } from '../../../hosts/node/targets/target.ts';
import { out, outJson, say } from '../../terminal.ts';
import type { DeployedFlags } from './flags.ts';

/** Says that a run goes on without this command, and how to look at it or go on with it; answers the exit code. */
export async function stillGoing({ client }: Target, run: string, flags: DeployedFlags, next: string): Promise<number> {
  const { status } = await client.call('GET /runs/:id', { id: run });
  if (flags.json) outJson({ run_id: run, status });
  else if (flags['json-lines']) process.stdout.write(`${JSON.stringify({ type: 'left', run_id: run, status })}\n`);
  else out(run);
  if (!flags.quiet) say(`run ${run} has not ended yet\nTry: ${next}`);
  return 69;
}
