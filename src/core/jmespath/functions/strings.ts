import type { Json } from '../../json.ts';
import type { Call, JmesFunction } from '../types.ts';

export const STRING_FUNCTIONS: Readonly<Record<string, JmesFunction>> = {
  starts_with: {
    arguments: [['string'], ['string']],
    run: ([text, start]: [string, string]) => text.startsWith(start),
  },
  ends_with: { arguments: [['string'], ['string']], run: ([text, end]: [string, string]) => text.endsWith(end) },
  lower: { arguments: [['string']], run: ([text]: [string]) => text.toLowerCase() },
  upper: { arguments: [['string']], run: ([text]: [string]) => text.toUpperCase() },
  trim: {
    arguments: [['string'], ['string']],
    optional: 1,
    run: ([text, chars]: Trim) => trim(text, chars, true, true),
  },
  trim_left: {
    arguments: [['string'], ['string']],
    optional: 1,
    run: ([text, chars]: Trim) => trim(text, chars, true, false),
  },
  trim_right: {
    arguments: [['string'], ['string']],
    optional: 1,
    run: ([text, chars]: Trim) => trim(text, chars, false, true),
  },
  pad_left: {
    arguments: [['string'], ['number'], ['string']],
    optional: 1,
    run: ([text, width, pad]: Pad, call) => padding(text, width, pad, call) + text,
  },
  pad_right: {
    arguments: [['string'], ['number'], ['string']],
    optional: 1,
    run: ([text, width, pad]: Pad, call) => text + padding(text, width, pad, call),
  },
  find_first: {
    arguments: [['string'], ['string'], ['number'], ['number']],
    optional: 2,
    run: ([text, part, start, end]: Find, call) => find(text, part, start, end, 'indexOf', call),
  },
  find_last: {
    arguments: [['string'], ['string'], ['number'], ['number']],
    optional: 2,
    run: ([text, part, start, end]: Find, call) => find(text, part, start, end, 'lastIndexOf', call),
  },
  replace: {
    arguments: [['string'], ['string'], ['string'], ['number']],
    optional: 1,
    run: ([text, old, by, count]: [string, string, string, number?], call) => {
      const parts = splitAtMost(text, old, count === undefined ? undefined : wholeNumber(count, 'replace', call), call);
      call.meter.room(text.length + parts.length * by.length);
      return parts.join(by);
    },
  },
  split: {
    arguments: [['string'], ['string'], ['number']],
    optional: 1,
    run: ([text, by, count]: [string, string, number?], call) => {
      if (text === '' && by === '') return [];
      return splitAtMost(text, by, count === undefined ? undefined : wholeNumber(count, 'split', call), call);
    },
  },
  join: {
    arguments: [['string'], ['strings']],
    run: ([glue, list]: [string, string[]], { meter }) => {
      meter.room(list.reduce((length, text) => length + text.length + glue.length, 0));
      return list.join(glue);
    },
  },
  to_string: {
    arguments: [['any']],
    run: ([value]: [Json], { meter }) => (typeof value === 'string' ? value : JSON.stringify(meter.built(value))),
  },
};

type Trim = [text: string, chars?: string];
type Pad = [text: string, width: number, pad?: string];
type Find = [text: string, part: string, start?: number, end?: number];

const SPACES =
  ' \t\n\v\f\r\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff';

function trim(text: string, chars: string | undefined, left: boolean, right: boolean): string {
  const dropped = new Set(chars || SPACES);
  let start = 0;
  let end = text.length;
  if (left) while (start < end && dropped.has(text[start] as string)) start++;
  if (right) while (end > start && dropped.has(text[end - 1] as string)) end--;
  return text.slice(start, end);
}

function padding(text: string, width: number, pad = ' ', call: Call): string {
  if ([...pad].length !== 1) return call.wrongValue('the padding must be one character');
  const missing = wholeNumber(width, 'pad', call) - [...text].length;
  if (missing <= 0) return '';
  call.meter.room(missing * pad.length);
  return pad.repeat(missing);
}

function find(
  text: string,
  part: string,
  start = 0,
  end: number | undefined,
  how: 'indexOf' | 'lastIndexOf',
  call: Call,
): Json {
  if (text === '' || part === '') return null;
  if (!Number.isInteger(start) || !Number.isInteger(end ?? 0))
    return call.wrongValue('start and end must be whole numbers');
  const from = Math.max(start, 0);
  const index = text.slice(from, Math.min(end || text.length, text.length))[how](part);
  return index < 0 ? null : index + from;
}

/** The parts between the first `count` separators, and the rest as it is. */
function splitAtMost(text: string, by: string, count: number | undefined, call: Call): string[] {
  call.meter.spend(text.length);
  if (count === 0) return [text];
  const parts = text.split(by);
  if (count === undefined || parts.length <= count) return parts;
  return [...parts.slice(0, count), parts.slice(count).join(by)];
}

function wholeNumber(value: number, name: string, call: Call): number {
  if (Number.isInteger(value) && value >= 0) return value;
  return call.wrongValue(`${name} takes a whole number, 0 or more, found ${value}`);
}
