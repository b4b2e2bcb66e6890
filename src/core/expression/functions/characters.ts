import type { Evaluation } from '../evaluation.ts';

const SURROGATE = /[\ud800-\udfff]/;

/** Whether every character of the text is one UTF-16 unit, so that offsets need no counting. Charged by length. */
export function isFlat(evaluation: Evaluation, text: string): boolean {
  if (text.length > 64) evaluation.spend(text.length >> 6);
  return !SURROGATE.test(text);
}

/** Characters (Unicode code points) of a text, as CEL counts them. */
export function countCharacters(evaluation: Evaluation, text: string): number {
  return isFlat(evaluation, text) ? text.length : charactersBefore(evaluation, text, text.length);
}

/** How many characters lie before a UTF-16 offset. */
export function charactersBefore(evaluation: Evaluation, text: string, offset: number): number {
  evaluation.spend(offset >> 4);
  let count = 0;
  for (let i = 0; i < offset; count++) i += unitsAt(text, i);
  return count;
}

/** The UTF-16 offset of the character with that number; the text's length when there are not so many. */
export function offsetOf(evaluation: Evaluation, text: string, character: number): number {
  evaluation.spend(text.length >> 4);
  let offset = 0;
  for (let count = 0; count < character && offset < text.length; count++) offset += unitsAt(text, offset);
  return offset;
}

/** 2 for a surrogate pair, else 1. */
export function unitsAt(text: string, offset: number): 1 | 2 {
  return (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
}
