// Own code, on Intl: date-fns writes to the console on some patterns and keeps every zone it ever saw.

/** A time zone: what its clocks show at a moment. */
export interface Zone {
  readonly id: string;
  /** Seconds east of UTC. */
  offset(ms: number): number;
  /** `CEST`, or `Central European Summer Time`. */
  name(ms: number, style: 'short' | 'long'): string;
}

/** The zone of an IANA name or an offset such as `+02:00`; undefined when there is none. */
export function zoneOf(id: string): Zone | undefined {
  if (/^(utc|gmt|z)$/i.test(id)) return UTC;
  if (id.length > 60) return undefined;
  try {
    const offsets = new Intl.DateTimeFormat('en-US', { timeZone: id, timeZoneName: 'longOffset' });
    return {
      id,
      offset: (ms) => secondsIn(nameIn(offsets, ms)),
      name: (ms, style) => nameIn(new Intl.DateTimeFormat('en-US', { timeZone: id, timeZoneName: style }), ms),
    };
  } catch {
    // RangeError: not a zone.
    return undefined;
  }
}

const UTC: Zone = {
  id: 'UTC',
  offset: () => 0,
  name: (_ms, style) => (style === 'short' ? 'UTC' : 'Coordinated Universal Time'),
};

function nameIn(format: Intl.DateTimeFormat, ms: number): string {
  return format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

/** `GMT-07:52:58` in seconds. */
function secondsIn(offset: string): number {
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = /([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(offset) ?? [];
  return (sign === '-' ? -1 : 1) * ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds));
}

export type Formatted =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly message: string; readonly hint: string };

const LONGEST_PATTERN = 200;

/** A moment in a pattern of Unicode TR 35, e.g. `EEEE, d MMMM yyyy HH:mm 'o''clock' XXX`; names are English. */
export function formatDate(ms: number, pattern: string, zone: Zone): Formatted {
  if (pattern.length > LONGEST_PATTERN) return refuse(`A format has at most ${LONGEST_PATTERN} characters`);
  const offset = zone.offset(ms);
  const moment: Moment = { local: new Date(ms + offset * 1_000), ms, offset, zone };
  let text = '';
  for (let i = 0; i < pattern.length; ) {
    const unit = pattern[i] as string;
    if (unit === "'") {
      const quoted = readQuoted(pattern, i);
      if (!quoted) return refuse("A quote in the format is not closed; '' is the quote itself");
      text += quoted.text;
      i = quoted.end;
    } else if (/[A-Za-z]/.test(unit)) {
      const count = runLength(pattern, i);
      const letter = Object.hasOwn(LETTERS, unit) ? LETTERS[unit] : undefined;
      const written = letter?.(moment, count);
      if (written === undefined) return refuse(`The format has no ${unit.repeat(Math.min(count, 6))}`);
      text += written;
      i += count;
    } else {
      text += unit;
      i++;
    }
  }
  return { ok: true, text };
}

function refuse(message: string): Formatted {
  return {
    ok: false,
    message,
    hint: "Letters are yyyy MM dd HH mm ss SSS, EEEE MMMM a XXX; other words go in quotes: 'at'",
  };
}

function runLength(pattern: string, start: number): number {
  let end = start;
  while (pattern[end] === pattern[start]) end++;
  return end - start;
}

function readQuoted(pattern: string, start: number): { text: string; end: number } | undefined {
  if (pattern[start + 1] === "'") return { text: "'", end: start + 2 };
  let text = '';
  for (let i = start + 1; i < pattern.length; i++) {
    if (pattern[i] !== "'") text += pattern[i];
    else if (pattern[i + 1] === "'") text += pattern[i++];
    else return { text, end: i + 1 };
  }
  return undefined;
}

interface Moment {
  /** Its UTC fields are what clocks in the zone show. */
  readonly local: Date;
  readonly ms: number;
  readonly offset: number;
  readonly zone: Zone;
}

/** A letter's text for that many in a row; undefined when that many mean nothing. */
type Letter = (moment: Moment, count: number) => string | undefined;

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const QUARTERS = ['1st quarter', '2nd quarter', '3rd quarter', '4th quarter'];

const year: Letter = ({ local }, count) => {
  const value = local.getUTCFullYear();
  return count === 2 ? pad(value % 100, 2) : pad(value, count);
};
const month: Letter = ({ local }, count) => {
  const index = local.getUTCMonth();
  return count <= 2 ? pad(index + 1, count) : word(MONTHS[index] ?? '', count);
};
const weekday: Letter = ({ local }, count) => word(DAYS[local.getUTCDay()] ?? '', Math.max(3, count));
const quarter: Letter = ({ local }, count) => {
  const index = Math.floor(local.getUTCMonth() / 3);
  if (count <= 2) return pad(index + 1, count);
  return count === 3 ? `Q${index + 1}` : count === 4 ? QUARTERS[index] : undefined;
};
const dayOfYear: Letter = ({ local }, count) => {
  const first = new Date(local);
  first.setUTCMonth(0, 1);
  return count <= 3 ? pad(Math.round((+local - +first) / 86_400_000) + 1, count) : undefined;
};
const fraction: Letter = ({ local }, count) => pad(local.getUTCMilliseconds(), 3).padEnd(count, '0').slice(0, count);

const LETTERS: Readonly<Record<string, Letter>> = {
  G: (_moment, count) => (count <= 3 ? 'AD' : count === 4 ? 'Anno Domini' : undefined),
  y: year,
  u: ({ local }, count) => pad(local.getUTCFullYear(), count),
  Q: quarter,
  q: quarter,
  M: month,
  L: month,
  d: twoDigits((local) => local.getUTCDate()),
  D: dayOfYear,
  E: weekday,
  a: ({ local }, count) => (count <= 3 ? (local.getUTCHours() < 12 ? 'AM' : 'PM') : undefined),
  H: twoDigits((local) => local.getUTCHours()),
  h: twoDigits((local) => local.getUTCHours() % 12 || 12),
  K: twoDigits((local) => local.getUTCHours() % 12),
  k: twoDigits((local) => local.getUTCHours() || 24),
  m: twoDigits((local) => local.getUTCMinutes()),
  s: twoDigits((local) => local.getUTCSeconds()),
  S: fraction,
  A: ({ local }, count) => pad(((+local % 86_400_000) + 86_400_000) % 86_400_000, count),
  X: ({ offset }, count) => (offset === 0 ? (count <= 5 ? 'Z' : undefined) : isoOffset(offset, count)),
  x: ({ offset }, count) => isoOffset(offset, count),
  Z: ({ offset }, count) => {
    if (count <= 3) return isoOffset(offset, 2);
    if (count === 4) return `GMT${offset === 0 ? '' : isoOffset(offset, 3)}`;
    return count === 5 ? (offset === 0 ? 'Z' : isoOffset(offset, 5)) : undefined;
  },
  O: ({ offset }, count) => {
    if (offset === 0 && (count === 1 || count === 4)) return 'GMT';
    return count === 1 ? `GMT${shortOffset(offset)}` : count === 4 ? `GMT${isoOffset(offset, 3)}` : undefined;
  },
  z: ({ zone, ms }, count) => (count <= 4 ? zone.name(ms, count < 4 ? 'short' : 'long') : undefined),
  V: ({ zone }, count) => (count === 2 ? zone.id : undefined),
};

function twoDigits(read: (local: Date) => number): Letter {
  return ({ local }, count) => (count <= 2 ? pad(read(local), count) : undefined);
}

function pad(value: number, length: number): string {
  return String(value).padStart(length, '0');
}

/** 3: the short form, 4: the whole word, 5: its first letter. */
function word(name: string, count: number): string | undefined {
  if (count === 3) return name.slice(0, 3);
  return count === 4 ? name : count === 5 ? name.charAt(0) : undefined;
}

/** 1: `+02` (minutes when there are some), 2: `+0200`, 3: `+02:00`; 4 and 5 with seconds when there are some. */
function isoOffset(offset: number, count: number): string | undefined {
  if (count > 5) return undefined;
  const { sign, hours, minutes, seconds } = partsOf(offset);
  const colon = count === 3 || count === 5 ? ':' : '';
  const tail = count >= 4 && seconds > 0 ? `${colon}${pad(seconds, 2)}` : '';
  if (count === 1 && minutes === 0) return `${sign}${pad(hours, 2)}`;
  return `${sign}${pad(hours, 2)}${colon}${pad(minutes, 2)}${tail}`;
}

/** `+2`, `-3:30`. */
function shortOffset(offset: number): string {
  const { sign, hours, minutes } = partsOf(offset);
  return `${sign}${hours}${minutes > 0 ? `:${pad(minutes, 2)}` : ''}`;
}

function partsOf(offset: number): { sign: string; hours: number; minutes: number; seconds: number } {
  const size = Math.abs(offset);
  return {
    sign: offset < 0 ? '-' : '+',
    hours: Math.floor(size / 3_600),
    minutes: Math.floor(size / 60) % 60,
    seconds: size % 60,
  };
}
