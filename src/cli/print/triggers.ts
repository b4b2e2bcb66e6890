import type { BackfillEntry, TriggerView } from '../../core/api/trigger.ts';
import { printable } from '../../core/quote.ts';
import type { Target } from '../../hosts/node/targets/target.ts';
import { timeText } from './run/document.ts';
import { section } from './section.ts';
import { table } from './table.ts';

/** The whole address of a webhook; undefined for who may not know it. `place` is the server's. */
export function hookUrl(place: string, { path }: Pick<TriggerView, 'path'>): string | undefined {
  return path === null ? undefined : `${place.replace(/\/+$/, '')}${path}`;
}

export function triggersText(
  triggers: readonly TriggerView[],
  { place, kind }: Pick<Target, 'place' | 'kind'>,
): string {
  if (triggers.length === 0) return 'no triggers';
  const rows = triggers.map((trigger) => {
    const { pipeline, id, type, state } = trigger;
    return [printable(`${pipeline}:${id}`), type, state, printable(whenText(trigger)), lastText(trigger)];
  });
  const hooks = triggers.flatMap((trigger) => {
    const url = hookUrl(place, trigger);
    return url === undefined ? [] : [{ pipeline: trigger.pipeline, id: trigger.id, url }];
  });
  const note = kind === 'org' ? '\nNothing starts by itself in an org; fm triggers fire starts a run' : '';
  const all = table(rows, ['TRIGGER', 'TYPE', 'STATE', 'FIRES', 'LAST TIME']);
  return `${all}${hooks.length === 0 ? '' : `\n${hookLines(hooks)}`}${note}`;
}

function whenText({ type, cron, timezone, next, method, signature }: TriggerView): string {
  if (type === 'webhook') return `${method}, ${signature === 'none' ? 'unsigned' : `signed (${signature})`}`;
  const [first] = next;
  const times = first === undefined ? '' : `, next ${zoned(first, timezone ?? 'UTC')}`;
  return `${cron}${times} (${timezone})`;
}

/** To the minute by the clock of a zone, with its distance to UTC. */
function zoned(ms: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'longOffset',
  }).formatToParts(ms);
  const of = (type: Intl.DateTimeFormatPartTypes): string => parts.find((part) => part.type === type)?.value ?? '';
  const offset = of('timeZoneName').replace('GMT', '');
  return `${of('year')}-${of('month')}-${of('day')} ${of('hour')}:${of('minute')}${offset || 'Z'}`;
}

function lastText({ last }: TriggerView): string {
  if (last === null) return 'never';
  const what = last.error === null ? `run ${last.run_id}` : printable(`${last.error.code}: ${last.error.message}`);
  return `${timeText(last.at).slice(0, 19)}Z ${what}`;
}

/** Addresses of webhooks, for whoever is to call them. */
export function hookLines(
  hooks: readonly { readonly pipeline: string; readonly id: string; readonly url: string }[],
): string {
  return section('Webhooks', table(hooks.map(({ pipeline, id, url }) => [`${pipeline}:${id}`, url]))) ?? '';
}

export function backfillText({
  trigger,
  times,
}: {
  readonly trigger: string;
  readonly times: readonly BackfillEntry[];
}): string {
  if (times.length === 0) return `${trigger} has no time between the two`;
  const rows = times.map(({ scheduled_at, state, run_id, error }) => [
    timeText(scheduled_at),
    WORDS[state],
    run_id ?? (error === null ? '' : printable(`${error.code}: ${error.message}`)),
  ]);
  return table(rows, ['TIME', 'STATE', 'RUN']);
}

const WORDS: Readonly<Record<BackfillEntry['state'], string>> = {
  planned: 'would start',
  started: 'started',
  there: 'had its run',
  failed: 'failed',
};
