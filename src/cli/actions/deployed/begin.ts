import type { RunSummary } from '../../../core/api/run.ts';
import { FlowMasonError, fail } from '../../../core/errors.ts';
import { isObject } from '../../../core/json.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import { commandLine } from '../../usage.ts';
import { readInput } from '../run/input.ts';
import { withNearest } from '../triggers/nearest.ts';
import { findRun } from './find-run.ts';
import type { DeployedFlags, Fired } from './flags.ts';
import { commandThere, targetFlags } from './place.ts';

/** A run that exists and is to be executed, or followed. */
export interface Begun {
  readonly run: RunSummary;
  readonly resumed: boolean;
  /** Paths of recorded stages that run again. */
  readonly again?: readonly string[];
}

/** Starts a run of `NAME` or `NAME@VERSION`. Throws FlowMasonError as the control plane does, with commands for here. */
export async function startDeployed(target: Target, word: string, flags: DeployedFlags): Promise<Begun> {
  const at = word.indexOf('@');
  const name = at === -1 ? word : word.slice(0, at);
  const version = at === -1 ? undefined : word.slice(at + 1);
  if (version === '') {
    fail('USAGE', `A version stands behind the @, found "${word}"`, {
      hint: commandThere(target, 'run', [`${name}@1.0.0`]),
    });
  }
  try {
    const input = {
      name,
      input: readInput(flags),
      ...(version === undefined ? {} : { version }),
      ...(flags.priority === undefined ? {} : { priority: flags.priority }),
      ...dryRun(flags),
    };
    return { run: await target.client.call('POST /pipelines/:name/runs', input, keyOf(flags)), resumed: false };
  } catch (error) {
    throw withCommand(error, target, word);
  }
}

/** Starts the run of a trigger. Throws FlowMasonError as the control plane does. */
export async function fireDeployed(target: Target, { id, body }: Fired, flags: DeployedFlags): Promise<Begun> {
  const call = { id, ...(body === undefined ? {} : { body }), ...dryRun(flags) };
  try {
    return { run: await target.client.call('POST /triggers/:id/fire', call), resumed: false };
  } catch (error) {
    throw withNearest(error, target, 'triggers:fire');
  }
}

/** Starts a run with the input of an earlier one. Throws FlowMasonError as the control plane does. */
export async function replayDeployed(target: Target, word: string, flags: DeployedFlags): Promise<Begun> {
  const { client } = target;
  const id = await findRun(target, word);
  const { release } = flags;
  const isGiven = flags.input !== undefined || flags['input-file'] !== undefined;
  const base = isGiven || flags.set === undefined ? undefined : (await client.call('GET /runs/:id', { id })).input;
  const input = isGiven || flags.set !== undefined ? { input: readInput(flags, base) } : {};
  const replay = { id, ...input, ...(release === undefined ? {} : { release }), ...dryRun(flags) };
  return { run: await client.call('POST /runs/:id/replay', replay, keyOf(flags)), resumed: false };
}

function dryRun(flags: DeployedFlags): { dry_run?: true } {
  return flags['dry-run'] ? { dry_run: true } : {};
}

function keyOf({ 'idempotency-key': idempotencyKey }: DeployedFlags) {
  return idempotencyKey === undefined ? {} : { idempotencyKey };
}

/** What the control plane knows of names, as a whole command. */
function withCommand(error: unknown, target: Target, word: string): unknown {
  if (!(error instanceof FlowMasonError) || error.code !== 'NOT_FOUND' || !isObject(error.details)) return error;
  const { nearest, active } = error.details;
  const again = (hint: string) =>
    new FlowMasonError(error.code, error.message, { hint, details: error.details, cause: error });
  if (typeof active === 'string') return again(commandThere(target, 'run', [word.replace(/@.*$/, `@${active}`)]));
  if (typeof nearest === 'string') return again(commandThere(target, 'run', [word.replace(/^[^@]*/, nearest)]));
  if (Array.isArray(active) && active.length > 0) return again(commandThere(target, 'run', [String(active[0])]));
  return again(target.kind === 'org' ? commandLine('push', targetFlags(target)) : commandLine('deploy', [target.name]));
}

/**
 * Lets a run go on: one that has ended from what failed or from `--from`; one that waits, is queued or was interrupted is
 * what it is. Throws FlowMasonError as the control plane does.
 */
export async function resumeDeployed(target: Target, flags: DeployedFlags): Promise<Begun> {
  const { client } = target;
  const id = await findRun(target, flags.resume ?? 'last');
  const { from = [], release } = flags;
  const run = await client.call('GET /runs/:id', { id });
  const isOpen = run.status === 'queued' || run.status === 'running' || run.status === 'waiting';
  if (isOpen && from.length === 0 && release === undefined) return { run, resumed: true };
  try {
    const resumed = { id, from: [...from], ...(release === undefined ? {} : { release }), ...dryRun(flags) };
    const run = await client.call('POST /runs/:id/resume', resumed);
    return { run, resumed: true, again: run.again };
  } catch (error) {
    throw explained(error, target, id);
  }
}

function explained(error: unknown, target: Target, id: string): unknown {
  if (!(error instanceof FlowMasonError)) return error;
  const { code, message, details } = error;
  return new FlowMasonError(code, message, { hint: hintOf(error, target, id), details, cause: error });
}

function hintOf({ code, hint, details }: FlowMasonError, target: Target, id: string): string | undefined {
  const resume = (from: readonly string[]) =>
    commandThere(target, 'runs:resume', [id, ...from.flatMap((stage) => ['--from', stage])]);
  // In an org its process may be dead, and then it goes on by that.
  if (code === 'RUN_BUSY')
    return target.kind === 'org' ? resume([]) : commandThere(target, 'runs:show', [id, '--follow']);
  if (code === 'USAGE') return resume(['STAGE']);
  const more = isObject(details) && Array.isArray(details.from) ? details.from.map(String) : undefined;
  return more ? resume(more) : hint;
}
