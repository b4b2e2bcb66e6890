import type { Evaluation } from '../evaluation.ts';

/** Up to here the engine's own search is quick even in its worst case. */
const SHORT_NEEDLE = 64;
const SMALL_PRODUCT = 10_000_000;

/**
 * Where `needle` is first found in `text` at or after `from`; -1 when nowhere. Linear in the worst case: the engine's
 * own search is quadratic for long needles that nearly match (19 s for 100,000 in 1,000,000 characters).
 */
export type Search = (from: number) => number;

/** Prepares a search and charges for going through the text once. */
export function searcher(evaluation: Evaluation, text: string, needle: string): Search {
  evaluation.spend(1 + ((text.length + needle.length) >> 5));
  if (needle.length <= SHORT_NEEDLE || needle.length * text.length <= SMALL_PRODUCT) {
    return (from) => text.indexOf(needle, from);
  }
  const borders = bordersOf(needle);
  return (from) => search(text, needle, borders, from);
}

/** Knuth, Morris, Pratt: for each prefix of the needle the length of its longest proper border. */
function bordersOf(needle: string): Int32Array {
  const borders = new Int32Array(needle.length);
  for (let i = 1, length = 0; i < needle.length; i++) {
    while (length > 0 && needle.charCodeAt(i) !== needle.charCodeAt(length)) length = borders[length - 1] as number;
    if (needle.charCodeAt(i) === needle.charCodeAt(length)) length++;
    borders[i] = length;
  }
  return borders;
}

function search(text: string, needle: string, borders: Int32Array, from: number): number {
  for (let i = from, matched = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    while (matched > 0 && unit !== needle.charCodeAt(matched)) matched = borders[matched - 1] as number;
    if (unit === needle.charCodeAt(matched)) matched++;
    if (matched === needle.length) return i - matched + 1;
  }
  return -1;
}
