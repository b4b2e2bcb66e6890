import { parseTypedDuration } from '../../../core/duration.ts';
import { fail } from '../../../core/errors.ts';
import { commandLine } from '../../usage.ts';
import type { InputFlags } from './input.ts';

/** The flags of `fm run`; `fm runs resume` has some of them. */
export interface RunFlags extends InputFlags {
  readonly json?: boolean | undefined;
  readonly 'json-lines'?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly 'max-parallel'?: number | undefined;
  readonly timeout?: string | undefined;
  readonly vars?: readonly string[] | undefined;
  readonly resume?: string | undefined;
  readonly from?: readonly string[] | undefined;
  readonly watch?: boolean | undefined;
}

/** Throws FlowMasonError `USAGE` for flags that contradict each other. `pipeline` is the word on the command line. */
export function checkFlags(flags: RunFlags, pipeline: string | undefined): void {
  const { resume, from, vars, watch } = flags;
  const word = pipeline ?? 'FILE';
  const inputs = flags.input ?? flags['input-file'] ?? flags.set?.[0];
  const isInputStdin = flags.input === '-' || flags['input-file'] === '-';
  if (resume !== undefined && inputs !== undefined) {
    fail('USAGE', 'A resumed run keeps its recorded input; --input, --input-file and --set are for new runs', {
      hint: commandLine('run', [word, '--resume', resume]),
    });
  }
  if (resume !== undefined && vars !== undefined) {
    fail('USAGE', 'A resumed run keeps its recorded variables; --vars is for new runs', {
      hint: commandLine('run', [word, '--resume', resume]),
    });
  }
  if (from !== undefined && resume === undefined) {
    fail('USAGE', '--from names the stage where a recorded run begins again, so it needs --resume', {
      hint: commandLine('run', [word, '--resume', 'last', ...from.flatMap((stage) => ['--from', stage])]),
    });
  }
  if (pipeline === '-' && isInputStdin) {
    fail('USAGE', 'stdin can be the pipeline or its input, not both', {
      hint: 'fm run - --input-file input.json',
    });
  }
  if (watch && (flags.json || resume !== undefined)) {
    const why = flags.json
      ? '--json prints one document, --json-lines as many as there are'
      : '--resume goes on with one run';
    fail('USAGE', `--watch runs again and again; ${why}`, {
      hint: commandLine('run', [word, '--watch', ...(flags.json ? ['--json-lines'] : [])]),
    });
  }
  if (watch && (pipeline === '-' || isInputStdin)) {
    fail('USAGE', '--watch reads everything again, and stdin can be read only once', {
      hint: commandLine('run', [pipeline === '-' ? 'FILE' : word, '--watch']),
    });
  }
}

/** Milliseconds of `--timeout`. Throws FlowMasonError `USAGE`. */
export function timeoutOf({ timeout, resume }: RunFlags, pipeline: string | undefined): number | undefined {
  if (timeout === undefined) return undefined;
  const ms = parseTypedDuration(timeout);
  if (ms !== undefined && ms > 0) return ms;
  const line = pipeline === undefined ? commandLine('runs:resume', [resume ?? 'last']) : commandLine('run', [pipeline]);
  return fail('USAGE', `--timeout is a time above zero in ms, s, m, h or d, found "${timeout}"`, {
    hint: `${line} --timeout 90s`,
  });
}
