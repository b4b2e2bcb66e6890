import type { Target } from '../../../hosts/node/targets/target.ts';
import { out, outJson, say } from '../../terminal.ts';
import type { DeployedFlags } from './flags.ts';

/** Says that a run goes on without this command, and how to look at it or go on with it; answers the exit code. */
export async function stillGoing({ client }: Target, run: string, flags: DeployedFlags, next: string): Promise<number> {
  const { status } = await client.call('GET /runs/:id', { id: run });
  if (!leftDocument({ run_id: run, status }, flags)) out(run);
  if (!flags.quiet) say(`run ${run} has not ended yet\nTry: ${next}`);
  return 69;
}

/** Of a run that this command leaves, what other programs read; false when it is not for them. */
export function leftDocument(
  left: { readonly run_id: string; readonly status?: string },
  flags: DeployedFlags,
): boolean {
  if (flags.json) outJson(left);
  else if (flags['json-lines']) process.stdout.write(`${JSON.stringify({ type: 'left', ...left })}\n`);
  else return false;
  return true;
}
