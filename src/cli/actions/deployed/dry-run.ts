import { shortDigest } from '../../../core/release/short-digest.ts';
import { out, outJson } from '../../terminal.ts';
import type { Begun } from './begin.ts';
import type { DeployedFlags } from './flags.ts';

/** Stages that are named. */
const SHOWN = 20;

/** `--dry-run`: says what would be started or go on, which the control plane has checked; answers the exit code. */
export function tellPlanned({ run, resumed, again }: Begun, flags: DeployedFlags): number {
  const { pipeline, version, release, run_id, status } = run;
  const of = { pipeline, version, release };
  if (flags.json) {
    outJson({ dry_run: true, ...(resumed ? { run_id, status, ...of, again: again ?? [] } : of) });
    return 0;
  }
  const what = `${pipeline} ${version} (release ${shortDigest(release)})`;
  if (!resumed) out(`would start ${what}; its input fits`);
  else if (again === undefined) out(`run ${run_id} of ${what} is ${status}: it goes on anyway`);
  else out(`run ${run_id} would go on, of ${what}${stagesText(again)}`);
  return 0;
}

function stagesText(again: readonly string[]): string {
  if (again.length === 0) return '; nothing that is recorded runs again';
  const shown = again.slice(0, SHOWN).join(', ');
  const more = again.length > SHOWN ? ` and ${again.length - SHOWN} more` : '';
  return `; these run again, and all that has not run yet: ${shown}${more}`;
}
