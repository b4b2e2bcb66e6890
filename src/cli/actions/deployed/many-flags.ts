import { fail } from '../../../core/errors.ts';
import type { TargetFlags } from '../../target.ts';
import type { FilterFlags } from './run-filter.ts';

export interface ManyFlags extends TargetFlags, FilterFlags {
  readonly json?: boolean | undefined;
  readonly 'dry-run'?: boolean | undefined;
  readonly yes?: boolean | undefined;
}

/** Whether a filter was typed, and no run. Throws FlowMasonError `USAGE` for both and for neither. */
export function isMany(word: string | undefined, flags: ManyFlags, command: string): boolean {
  const filter = (['pipeline', 'status', 'since'] as const).find((name) => flags[name] !== undefined);
  const named = filter ?? (flags.release === undefined ? undefined : 'release');
  const deployed = flags.env !== undefined || flags.org !== undefined;
  if (word !== undefined && named !== undefined) {
    fail('USAGE', `RUN names one run and --${named} is a filter for many, so one of them has to go`, {
      hint: `${command} ${word}`,
    });
  }
  if (word === undefined && named === undefined) {
    fail('USAGE', `\`${command}\` needs RUN: an id, the beginning of one, or last; or a filter for many`, {
      hint: `${command} last`,
    });
  }
  if (word === undefined && !deployed) {
    fail('USAGE', 'Filters are for the runs of an org or of an environment', {
      hint: `${command} --${named} ${named === 'status' ? 'failed' : '…'} --env staging`,
    });
  }
  return word === undefined;
}
