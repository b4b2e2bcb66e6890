import { type Json, own } from '../json.ts';
import { quote, quoteValue } from '../quote.ts';
import type { Direction, Finding, Keywords, Spot } from './finding.ts';
import { sameJson } from './meaning.ts';

/** Whether a larger value refuses more (`more`) or less. Absent, nothing is refused. */
const BOUNDS: Readonly<Record<string, 'more' | 'less'>> = {
  minimum: 'more',
  exclusiveMinimum: 'more',
  maximum: 'less',
  exclusiveMaximum: 'less',
  minLength: 'more',
  maxLength: 'less',
  minItems: 'more',
  maxItems: 'less',
  minProperties: 'more',
  maxProperties: 'less',
};

/** Of texts and lists; 0 or false refuses nothing. */
const COUNTS = new Set(['minLength', 'minItems', 'minProperties']);

/** Bounds that were tightened (input) or loosened (output), and patterns and formats that are others. */
export function* boundFindings(direction: Direction, old: Keywords, current: Keywords, spot: Spot): Generator<Finding> {
  const input = direction === 'input';
  const [loose, strict] = input ? [old, current] : [current, old];
  for (const [keyword, larger] of Object.entries(BOUNDS)) {
    const [before, after] = [own(loose, keyword), own(strict, keyword)];
    if (typeof after !== 'number' || (COUNTS.has(keyword) && after === 0)) continue;
    if (typeof before === 'number' && (larger === 'more' ? before >= after : before <= after)) continue;
    yield finding('bounds-changed', keyword, old, current, spot);
  }
  const [step, newStep] = [own(loose, 'multipleOf'), own(strict, 'multipleOf')];
  if (typeof newStep === 'number' && !(typeof step === 'number' && Number.isInteger(step / newStep)))
    yield finding('bounds-changed', 'multipleOf', old, current, spot);
  if (own(strict, 'uniqueItems') === true && own(loose, 'uniqueItems') !== true)
    yield finding('bounds-changed', 'uniqueItems', old, current, spot);
  for (const keyword of ['pattern', 'format']) {
    const after = own(strict, keyword);
    if (after !== undefined && !sameJson(after as Json, own(loose, keyword) as Json | undefined))
      yield finding('pattern-changed', keyword, old, current, spot);
  }
}

function finding(
  reason: Finding['reason'],
  keyword: string,
  old: Keywords,
  current: Keywords,
  { data, path }: Spot,
): Finding {
  const [before, after] = [old, current].map((keywords) => own(keywords, keyword) as Json | undefined);
  const shown = (value: Json | undefined): string => (value === undefined ? 'none' : quoteValue(value));
  return {
    reason,
    path: [...path, keyword],
    message: `${quote(data)}: ${quote(keyword)} was ${shown(before)} and is ${shown(after)}`,
    ...(before === undefined ? undefined : { before }),
    ...(after === undefined ? undefined : { after }),
  };
}
