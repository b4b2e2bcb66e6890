import { parseDuration } from '../../duration.ts';
import { own } from '../../json.ts';
import { quoteValue } from '../../quote.ts';
import { KINDS } from '../kinds.ts';
import { wildness } from '../strings.ts';
import type { ComponentRule } from './rule.ts';

/** Exactly one of `duration` and `at`; what is constant of them must be readable. */
export const checkDelay: ComponentRule = ({ config }, path, { report }) => {
  const duration = own(config, 'duration');
  const at = own(config, 'at');
  if (duration !== undefined && at !== undefined) {
    const message = '`duration` and `at` exclude each other';
    report.add({ code: 'INVALID_VALUE', path: [...path, 'at'], part: 'key', message, hint: 'Remove one of the two' });
  } else if (duration === undefined && at === undefined) {
    const message = '`duration` or `at` is missing in the config of `delay`';
    report.add({ code: 'REQUIRED_FIELD', path, message, hint: 'Add `"duration": "5s"`' });
  }
  const constant = typeof duration === 'string' && wildness(duration) === 'constant';
  if (constant && parseDuration(duration) === undefined) {
    const complaint = KINDS.duration?.(duration);
    const message = `\`duration\` ${complaint?.message}`;
    report.add({ code: 'INVALID_DURATION', path: [...path, 'duration'], message, hint: complaint?.hint });
  }
  if (typeof at === 'string' && wildness(at) === 'constant' && !isTimestamp(at)) {
    const message = `\`at\` must be a timestamp (RFC 3339), found ${quoteValue(at)}`;
    report.add({ code: 'INVALID_VALUE', path: [...path, 'at'], message, hint: 'Write e.g. `"2030-01-31T06:00:00Z"`' });
  }
};

const TIMESTAMP = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

function isTimestamp(text: string): boolean {
  return TIMESTAMP.test(text) && !Number.isNaN(Date.parse(text));
}
