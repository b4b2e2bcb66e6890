import { formatDate, type Zone, zoneOf } from '../date-format.ts';
import { fault, type Place } from '../fault.ts';
import { Kept } from '../kept.ts';
import type { Call, Signature } from '../tree.ts';
import { Duration, Timestamp } from '../values.ts';
import { refuseArgument, textArgument } from './arguments.ts';

const now: Signature = {
  name: 'now',
  form: 'now()',
  least: 0,
  most: 0,
  kind: 'timestamp',
  varies: true,
  run: (evaluation) => new Timestamp(evaluation.environment.now),
};

const timestamp: Signature = {
  name: 'timestamp',
  form: 'timestamp(s)',
  least: 1,
  most: 1,
  kind: 'timestamp',
  run: (_evaluation, call, value) => (value instanceof Timestamp ? value : parseTimestamp(call, value)),
};

const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d)))?$/;

/** RFC 3339, and its date alone for midnight in UTC. Fractions finer than milliseconds are cut off. */
function parseTimestamp(call: Call, value: unknown): Timestamp {
  const text = textArgument(call, 0, value);
  const match = text.length <= 40 ? RFC_3339.exec(text) : null;
  if (match) {
    const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', sign, zoneHour, zoneMinute] =
      match;
    const fields = [Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second)] as const;
    const ms = utc(fields, Number(fraction.slice(0, 3).padEnd(3, '0')));
    const offset = (Number(zoneHour ?? 0) * 60 + Number(zoneMinute ?? 0)) * 60_000 * (sign === '-' ? -1 : 1);
    const zoneIsReal = Number(zoneHour ?? 0) < 24 && Number(zoneMinute ?? 0) < 60;
    if (ms !== undefined && zoneIsReal) return makeTimestamp(ms - offset, call);
  }
  const hint = 'It looks like `2026-01-31T12:00:00Z`';
  return fault('invalid_argument', `${call.args[0]?.text} is text that is not a timestamp (RFC 3339)`, call, hint);
}

type Fields = readonly [year: number, month: number, day: number, hour: number, minute: number, second: number];

/** Milliseconds of a date and time in UTC; undefined when there is no such date. Second 60 is the next minute's 0. */
function utc([year, month, day, hour, minute, second]: Fields, ms: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (year < 1 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  return date.getTime() + ((hour * 60 + minute) * 60 + second) * 1_000 + ms;
}

// The years 1 to 9999, which is what RFC 3339 can write.
const FIRST = -62_135_596_800_000;
const AFTER_LAST = 253_402_300_800_000;

/** A timestamp of whole milliseconds; the fault `invalid_argument` when its year cannot be written. */
export function makeTimestamp(ms: number, place: Place): Timestamp {
  if (ms >= FIRST && ms < AFTER_LAST) return new Timestamp(Math.round(ms));
  return fault('invalid_argument', 'The timestamp is outside of the years 1 to 9999', place);
}

/** A duration; the fault `not_finite` when it is longer than numbers can say. */
export function makeDuration(ms: number, place: Place): Duration {
  return Number.isFinite(ms) ? new Duration(ms) : fault('not_finite', 'The duration is too long', place);
}

const duration: Signature = {
  name: 'duration',
  form: 'duration(s)',
  least: 1,
  most: 1,
  kind: 'duration',
  run(_evaluation, call, value) {
    if (value instanceof Duration) return value;
    if (typeof value === 'number') return makeDuration(value * 1_000, call);
    const text = textArgument(call, 0, value);
    const ms = text.length <= 100 ? parseDuration(text) : undefined;
    if (ms !== undefined) return makeDuration(ms, call);
    const hint = 'A number and ms, s, m, h or d: `duration("90s")`, `duration("1h30m")`';
    return fault('invalid_argument', `${call.args[0]?.text} is text that is not a duration`, call, hint);
  },
};

const DURATION = /^([+-]?)((?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+)$/;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** One or more of `number unit`, as CEL writes them: `90s`, `1h30m`, `-1.5h`. */
function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (!match) return undefined;
  let ms = 0;
  for (const [, number, unit = ''] of (match[2] ?? '').matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    ms += Number(number) * (UNITS[unit] ?? 0);
  }
  return (match[1] === '-' ? -ms : ms) + 0;
}

const ZONES = 'Zones are called UTC, Europe/Berlin, America/New_York, +02:00';

const date: Signature = {
  name: 'date',
  form: 'date(t, format, zone)',
  least: 1,
  most: 3,
  kind: 'text',
  make() {
    const kept = new Kept<Zone>();
    return (evaluation, call, value, format = 'yyyy-MM-dd', zone = 'UTC') => {
      const moment = typeof value === 'string' ? parseTimestamp(call, value) : value;
      if (!(moment instanceof Timestamp)) return refuseArgument(call, 0, value, 'timestamp');
      const pattern = textArgument(call, 1, format);
      evaluation.spend(20 + pattern.length);
      const found = kept.get(textArgument(call, 2, zone), () => {
        evaluation.spend(500);
        return (
          zoneOf(String(zone)) ?? fault('invalid_argument', `${call.args[2]?.text} is not a time zone`, call, ZONES)
        );
      });
      const made = formatDate(moment.ms, pattern, found);
      if (!made.ok) return fault('invalid_argument', made.message, call, made.hint);
      evaluation.build(made.text.length);
      return made.text;
    };
  },
};

export const TIME_FUNCTIONS: readonly Signature[] = [now, timestamp, duration, date];
