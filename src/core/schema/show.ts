import type { Json } from '../json.ts';

/** The kind of a value, with an article: `a string`, `null`. */
export function kindOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** `a, b or c`, at most ten of them. */
export function alternatives(texts: readonly string[]): string {
  if (texts.length > 10) return `${texts.slice(0, 10).join(', ')} or ${texts.length - 10} more`;
  if (texts.length < 2) return texts.join('');
  return `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`;
}

/** `1 character`, `3 characters`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
