import { cutToColumns, displayWidth } from '../../../core/columns.ts';
import type { Json } from '../../../core/json.ts';
import { printable } from '../../../core/quote.ts';
import type { Change } from '../../../core/release/changes.ts';
import { pathText } from '../../../core/release/path-text.ts';
import { comparedTexts, cutAlike, escapeHidden } from '../../../testing/reporters/differences.ts';
import { type Line, linesOf, margin } from './lines.ts';

/** Columns of a value; of longer ones the part is shown where both sides differ. */
const LONGEST_VALUE = 240;
/** Lines of a text that is compared line by line. */
const MOST_LINES = 20;
/** Items of a list that is compared as a set. */
const MOST_ITEMS = 20;

/** A change with its path and both values: on one line where they fit, else below each other. */
export function changeLines(change: Change, depth: number, columns: number): Line[] {
  const { path, before, after, gained, lost } = change;
  const name = pathText(path);
  if (after === undefined) return linesOf('-', depth, `${name}  ${valueText(before ?? null)}`, columns);
  if (before === undefined) return linesOf('+', depth, `${name}  ${valueText(after)}`, columns);
  const head = linesOf('~', depth, name, columns);
  if (gained && lost && gained.length + lost.length > 0) return setLines(name, gained, lost, depth, columns);
  const texts = textLines(before, after, depth + 1, columns);
  if (texts) return [...head, ...texts];
  const [old, current] = valuePair(before, after);
  const line = `${printable(name)}  ${old} → ${current}`;
  if (displayWidth(line) <= columns - margin(depth)) return [{ sign: '~', depth, text: line }];
  return [...head, ...linesOf('-', depth + 1, old, columns), ...linesOf('+', depth + 1, current, columns)];
}

/** What a set gained and lost. */
function setLines(
  name: string,
  gained: readonly Json[],
  lost: readonly Json[],
  depth: number,
  columns: number,
): Line[] {
  const listed = (verb: string, items: readonly Json[]): string[] =>
    items.length === 0 ? [] : [`${verb} ${items.map(valueText).join(', ')}`];
  const line = `${printable(name)}  ${[...listed('gained', gained), ...listed('lost', lost)].join('; ')}`;
  if (displayWidth(line) <= columns - margin(depth)) return [{ sign: '~', depth, text: line }];
  return [
    ...linesOf('~', depth, name, columns),
    ...itemLines('+', gained, depth + 1, columns),
    ...itemLines('-', lost, depth + 1, columns),
  ];
}

function itemLines(sign: '+' | '-', items: readonly Json[], depth: number, columns: number): Line[] {
  const lines = items.slice(0, MOST_ITEMS).flatMap((item) => linesOf(sign, depth, valueText(item), columns));
  const left = items.length - MOST_ITEMS;
  return left > 0 ? [...lines, ...linesOf(sign, depth, `… ${left} more`, columns)] : lines;
}

function textLines(before: Json, after: Json, depth: number, columns: number): Line[] | undefined {
  if (typeof before !== 'string' || typeof after !== 'string') return undefined;
  const compared = comparedTexts(before, after, columns - margin(depth));
  if (!compared) return undefined;
  const lines = compared.slice(0, MOST_LINES).map(({ sign, text }): Line => ({ sign, depth, text }));
  const left = compared.length - MOST_LINES;
  return left > 0 ? [...lines, { sign: ' ', depth, text: `… ${left} more lines` }] : lines;
}

/** A value on one line; of a long one the beginning, and how long it is. */
export function valueText(value: Json): string {
  const text = JSON.stringify(value);
  // More units than these cannot be seen, whatever they are.
  const shown = escapeHidden(text.slice(0, 2 * LONGEST_VALUE));
  const part = cutToColumns(shown, LONGEST_VALUE);
  return part === shown && text.length <= 2 * LONGEST_VALUE ? part : withLength(part, text);
}

/** Two values that differ; of long ones the parts around the first difference. */
function valuePair(before: Json, after: Json): [string, string] {
  const [old, current] = [JSON.stringify(before), JSON.stringify(after)];
  const [left, right] = cutAlike(old, current, LONGEST_VALUE);
  const told = (part: string, text: string): string => (/^…|…$/.test(part) ? withLength(part, text) : part);
  return [told(left, old), told(right, current)];
}

function withLength(part: string, text: string): string {
  return `${part} (of ${text.length} characters)`;
}
