import { fail } from '../../core/errors.ts';

/** Throws FlowMasonError `TEXT_INVALID` for what one of the databases would not give back unchanged. */
export function exactText(value: string): string {
  if (value.includes('\u0000') || !value.isWellFormed()) {
    fail('TEXT_INVALID', `The text ${JSON.stringify(value.slice(0, 60))} holds a character that cannot be stored`, {
      hint: 'Take out U+0000 and halves of surrogate pairs.',
    });
  }
  return value;
}

/** JSON writes such characters as escapes, so every value has a text that can be stored. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value);
}
