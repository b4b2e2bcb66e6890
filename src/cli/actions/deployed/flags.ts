import { parseTypedDuration } from '../../../core/duration.ts';
import { fail } from '../../../core/errors.ts';
import type { Json } from '../../../core/json.ts';
import type { TargetFlags } from '../../target.ts';
import { commandLine } from '../../usage.ts';
import type { RunFlags } from '../run/flags.ts';

/** The flags of a run of what is deployed. */
export interface DeployedFlags extends RunFlags, TargetFlags {
  readonly async?: boolean | undefined;
  readonly wait?: string | undefined;
  readonly release?: 'same' | 'active' | undefined;
  readonly 'dry-run'?: boolean | undefined;
  readonly 'idempotency-key'?: string | undefined;
  /** 0 to 9. */
  readonly priority?: number | undefined;
  /** A run whose input a new one gets. */
  readonly replay?: string | undefined;
  /** A trigger that starts the run. */
  readonly fire?: Fired | undefined;
}

/** A trigger by its name, and what a call of it would bring. */
export interface Fired {
  readonly id: string;
  readonly body?: Json | undefined;
}

/** Whether flags are about what is deployed. */
export function isDeployed({ org, env }: TargetFlags): boolean {
  return org !== undefined || env !== undefined;
}

/** Throws FlowMasonError `USAGE` for flags that need a target, typed without one. */
export function checkLocal(flags: DeployedFlags, word: string | undefined): void {
  const alone = (['async', 'wait', 'release', 'priority', 'idempotency-key', 'dry-run'] as const).find(
    (name) => flags[name] !== undefined && flags[name] !== false,
  );
  if (alone === undefined) return;
  const [id = '', ...words] = lineOf(flags, word);
  fail('USAGE', `--${alone} is for runs of what is deployed; a file is run by this command, to its end`, {
    hint: commandLine(id, [...words, '--org', 'local', ...(flags.async ? ['--async'] : [])]),
  });
}

/** Throws FlowMasonError `USAGE` for what makes no sense with `--org` or `--env`. `name` is the word on the command line. */
export function checkDeployed(flags: DeployedFlags, name: string | undefined): void {
  const there = flags.env === undefined ? ['--org', flags.org ?? 'local'] : ['--env', flags.env];
  const [flag = ''] = there;
  if (name !== undefined && (name === '-' || name.includes('/') || name.endsWith('.json'))) {
    const bare = /([^/]*?)(\.pipeline)?(\.json)?$/.exec(name)?.[1] ?? '';
    const better = bare === '' || bare === '-' ? 'NAME' : bare;
    fail('USAGE', `${flag} runs what is deployed, by its name; "${name}" is a file`, {
      hint: commandLine('run', [better, ...there]),
    });
  }
  const [id = '', ...words] = lineOf(flags, name);
  const hint = commandLine(id, [...words, ...there]);
  if (flags.vars !== undefined) {
    const where =
      flags.env === undefined ? 'environments.local.vars in flowmason.json' : `fm vars set NAME=… --env ${flags.env}`;
    fail('USAGE', `The variables of what is deployed are set there, not by --vars: ${where}`, { hint });
  }
  if (flags.watch) fail('USAGE', '--watch is about files; what is deployed does not change with them', { hint });
  if (flags.async && flags.wait !== undefined) {
    fail('USAGE', '--async does not wait at all, --wait does', { hint: `${hint} --wait ${flags.wait}` });
  }
  if (flags.async && flags['json-lines']) {
    fail('USAGE', '--async prints one document and no events', { hint: `${hint} --async --json` });
  }
  const key = flags['idempotency-key'];
  if (key !== undefined && !/^[\x21-\x7e]{1,255}$/.test(key)) {
    fail('USAGE', '--idempotency-key is up to 255 letters, digits and signs without a space', {
      hint: `${hint} --idempotency-key order-4711`,
    });
  }
  if (name === undefined && flags.replay === undefined && key !== undefined) {
    fail('USAGE', '--idempotency-key is for a run that is started, and this one exists', { hint });
  }
  if (flags.priority !== undefined && name === undefined) {
    fail('USAGE', '--priority is for a new run; this one keeps its own', { hint });
  }
  const mine = (['max-parallel', 'timeout'] as const).find((each) => flags[each] !== undefined);
  if (mine !== undefined && (flags.env !== undefined || flags.async)) {
    fail('USAGE', `--${mine} is for runs that this command executes`, { hint });
  }
}

/**
 * The words of `--release`: under which release to go `on`, and the release `of` the runs that are meant. Throws
 * FlowMasonError `USAGE` for two of a kind.
 */
export function splitRelease(words: readonly string[] = []): {
  readonly on: 'same' | 'active';
  readonly of: string | undefined;
} {
  const on = words.filter((word) => word === 'same' || word === 'active');
  const of = words.filter((word) => word !== 'same' && word !== 'active');
  if (on.length > 1 || of.length > 1) {
    fail('USAGE', `--release takes one of same and active, and one release; found ${words.join(', ')}`, {
      hint: 'fm runs resume --status failed --release v1.2.3 --release active --env staging',
    });
  }
  return { on: on[0] === 'active' ? 'active' : 'same', of: of[0] };
}

/** Milliseconds of `--wait`; undefined without it. Throws FlowMasonError `USAGE`. */
export function waitOf({ wait }: DeployedFlags): number | undefined {
  if (wait === undefined) return undefined;
  const ms = parseTypedDuration(wait);
  if (ms !== undefined && ms > 0) return ms;
  return fail('USAGE', `--wait is a time above zero in ms, s, m, h or d, found "${wait}"`, {
    hint: 'fm run NAME --org local --wait 30s',
  });
}

/** The command as it was typed, without flags. */
function lineOf({ resume, replay, fire }: DeployedFlags, name: string | undefined): string[] {
  if (fire) return ['triggers:fire', fire.id];
  if (name !== undefined) return ['run', name];
  return replay === undefined ? ['runs:resume', resume ?? 'last'] : ['runs:replay', replay];
}
