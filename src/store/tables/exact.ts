import { fail } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';

/**
 * Throws FlowMasonError `TEXT_INVALID` for what one of the databases would not give back unchanged. Here and below null is
 * what a placeholder stands for in a column without a value.
 */
export function exactText(value: string | null): string | null {
  if (value === null) return null;
  if (value.includes('\u0000') || !value.isWellFormed()) {
    fail('TEXT_INVALID', `The text ${JSON.stringify(value.slice(0, 60))} holds a character that cannot be stored`, {
      hint: 'Take out U+0000 and halves of surrogate pairs.',
    });
  }
  return value;
}

/** JSON writes such characters as escapes, so every value has a text that can be stored. */
export function jsonText(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

export function fromJsonText(text: string | null): Json {
  if (text === null) return null;
  // Most lists are empty, and most objects of variables.
  if (text === '[]') return [];
  if (text === '{}') return {};
  return JSON.parse(text) as Json;
}
