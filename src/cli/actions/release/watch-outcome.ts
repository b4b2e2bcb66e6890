import type { Target } from '../../../hosts/node/targets/target.ts';
import type { Outcome } from '../../command.ts';
import { out } from '../../terminal.ts';
import { type Watch, type WatchedDeployment, watchRelease } from './watch-release.ts';

/** Prints what has become active, follows its runs, and answers both; fails when too many of them do. */
export async function watchOutcome(
  target: Target,
  deployment: WatchedDeployment,
  watch: Watch,
  { json, text }: Outcome,
  quiet: boolean,
): Promise<Outcome> {
  if (!quiet) out(text);
  const { error, ...watched } = await watchRelease(target, deployment, watch);
  const { succeeded, failed, going } = watched.new;
  return {
    json: { ...json, watched },
    text: `its runs: ${succeeded} succeeded, ${failed} failed, ${going} not ended`,
    error,
  };
}
