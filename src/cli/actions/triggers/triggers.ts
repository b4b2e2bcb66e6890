import type { TriggerView } from '../../../core/api/trigger.ts';
import { FlowMasonError, fail } from '../../../core/errors.ts';
import { quote } from '../../../core/quote.ts';
import { nearest } from '../../../core/suggest.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import type { Outcome } from '../../command.ts';
import { timeText } from '../../print/run/document.ts';
import { backfillText, hookUrl, triggersText } from '../../print/triggers.ts';
import { type AdministerFlags, administer } from '../administration/administer.ts';
import { withNearest } from './nearest.ts';
import { listTriggers } from './read.ts';

export interface TriggerFlags extends AdministerFlags {
  readonly 'dry-run'?: boolean;
}

export interface ListFlags extends AdministerFlags {
  readonly pipeline?: string | undefined;
}

export function showTriggers(cwd: string, flags: ListFlags): Promise<Outcome> {
  return administer(cwd, flags, async (target) => {
    const triggers = await listTriggers(target.client, flags.pipeline);
    return {
      json: { triggers: triggers.map((trigger) => document(target, trigger)) },
      text: triggersText(triggers, target),
    };
  });
}

/** With times as people and other programs read them, and the whole address of a webhook. */
function document(target: Target, trigger: TriggerView) {
  const { next, last, path: _, ...rest } = trigger;
  const url = hookUrl(target.place, trigger) ?? null;
  const { at, scheduled_at, ...what } = last ?? { at: 0, scheduled_at: null, run_id: null, error: null };
  const times = { at: timeText(at), scheduled_at: scheduled_at === null ? null : timeText(scheduled_at) };
  return { ...rest, url, next: next.map(timeText), last: last === null ? null : { ...times, ...what } };
}

/** Pauses a trigger, or lets it go on. */
export function setPaused(cwd: string, name: string, paused: boolean, flags: TriggerFlags): Promise<Outcome> {
  const word = paused ? 'paused' : 'active';
  return onTrigger(cwd, flags, paused ? 'triggers:pause' : 'triggers:resume', async ({ client }) => {
    if (flags['dry-run']) {
      const { pipeline, id, state } = await found(client, name);
      const change = (state === 'paused') === paused ? `is ${word} already` : `would be ${word}`;
      return { json: { pipeline, id, state, dry_run: true }, text: `trigger ${pipeline}:${id} ${change}` };
    }
    const route = paused ? 'POST /triggers/:id/pause' : 'POST /triggers/:id/resume';
    const { pipeline, id, state, next, changed } = await client.call(route, { id: name });
    const [first] = next;
    const when = first === undefined ? '' : `; it fires next at ${timeText(first)}`;
    const text = `trigger ${pipeline}:${id} is ${state}${changed ? '' : ' already'}${when}`;
    return { json: { pipeline, id, state, changed, next: next.map(timeText) }, text };
  });
}

/** Works on a trigger; what is like a name that does not exist becomes a whole command. */
function onTrigger(
  cwd: string,
  flags: TriggerFlags,
  command: string,
  work: (target: Target) => Promise<Outcome>,
): Promise<Outcome> {
  return administer(cwd, flags, async (target) => {
    try {
      return await work(target);
    } catch (error) {
      throw withNearest(error, target, command);
    }
  });
}

/** Only looks for a trigger, for who does not want to change anything. Throws FlowMasonError `NOT_FOUND`. */
async function found(client: Target['client'], name: string): Promise<TriggerView> {
  const all = await listTriggers(client, undefined);
  const matches = all.filter(({ pipeline, id }) => id === name || `${pipeline}:${id}` === name);
  const [only] = matches;
  if (!only) {
    const near = nearest(
      name,
      all.flatMap(({ pipeline, id }) => [id, `${pipeline}:${id}`]),
    );
    const details = { trigger: name, nearest: near ?? null };
    fail('NOT_FOUND', `There is no trigger ${quote(name)}`, { hint: 'fm triggers list', details });
  }
  if (matches.length > 1) {
    fail('TRIGGER_AMBIGUOUS', `Several pipelines have a trigger ${quote(name)}`, {
      details: { triggers: matches.map(({ pipeline, id }) => `${pipeline}:${id}`) },
    });
  }
  return only;
}

export interface BackfillFlags extends TriggerFlags {
  readonly from: string;
  readonly to?: string | undefined;
  readonly max: number;
}

/** Starts runs for past times of a schedule. */
export function backfill(cwd: string, name: string, flags: BackfillFlags): Promise<Outcome> {
  const from = timeOf('--from', flags.from);
  const to = flags.to === undefined ? Date.now() : timeOf('--to', flags.to);
  const dry_run = flags['dry-run'] ?? false;
  return onTrigger(cwd, flags, 'triggers:backfill', async ({ client }) => {
    const done = await client.call('POST /triggers/:id/backfill', { id: name, from, to, most: flags.max, dry_run });
    const times = done.times.map((entry) => ({ ...entry, scheduled_at: timeText(entry.scheduled_at) }));
    const failed = done.times.flatMap(({ error }) => error ?? []);
    const [first] = failed;
    const message = `${failed.length} of ${times.length} times started nothing: ${first?.message}`;
    const error = first && new FlowMasonError(first.code, message);
    return { json: { trigger: done.trigger, dry_run, times }, text: backfillText(done), error };
  });
}

function timeOf(flag: string, typed: string): number {
  const time = /^\d{4}-\d\d-\d\d/.test(typed) ? Date.parse(typed) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  return fail('USAGE', `${flag} is a day or a time, found ${quote(typed)}`, {
    hint: `${flag} 2026-05-01 or ${flag} 2026-05-01T06:00Z`,
  });
}
