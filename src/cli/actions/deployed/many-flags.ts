import { fail } from '../../../core/errors.ts';
import type { TargetFlags } from '../../target.ts';
import type { FilterFlags } from './run-filter.ts';

export interface ManyFlags extends TargetFlags, FilterFlags {
  readonly json?: boolean | undefined;
  readonly 'dry-run'?: boolean | undefined;
  readonly yes?: boolean | undefined;
  readonly wait?: string | undefined;
  readonly timeout?: string | undefined;
  readonly 'max-parallel'?: number | undefined;
  readonly 'json-lines'?: boolean | undefined;
  readonly 'idempotency-key'?: string | undefined;
}

/** Flags that say how one run is executed or followed. */
const OF_ONE = ['wait', 'timeout', 'max-parallel', 'json-lines', 'idempotency-key'] as const;

/** Whether a filter was typed, and no run. Throws FlowMasonError `USAGE` for both and for neither. */
export function isMany(word: string | undefined, flags: ManyFlags, command: string): boolean {
  const filter = (['pipeline', 'status', 'since'] as const).find((name) => flags[name] !== undefined);
  const named = filter ?? (flags.release === undefined ? undefined : 'release');
  const deployed = flags.env !== undefined || flags.org !== undefined;
  if (word !== undefined && named === 'release' && command !== 'fm runs cancel') {
    fail(
      'USAGE',
      `--release says under which release one run goes on: expected same or active, found ${flags.release}`,
      {
        hint: `${command} ${word} --release active`,
      },
    );
  }
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
  const single =
    word === undefined ? OF_ONE.find((name) => flags[name] !== undefined && flags[name] !== false) : undefined;
  if (single !== undefined) {
    const there = flags.env === undefined ? ['--org', flags.org ?? 'local'] : ['--env', flags.env];
    fail('USAGE', `--${single} is for one run, and a filter means many, which nobody follows`, {
      hint: [command, named === 'status' ? '--status failed' : `--${named} ${flags[named ?? 'since']}`, ...there].join(
        ' ',
      ),
    });
  }
  return word === undefined;
}
