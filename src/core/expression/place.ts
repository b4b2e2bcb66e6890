import type { Evaluation } from './evaluation.ts';
import type { Placing } from './tree.ts';

/** Counts a value that becomes a part of a new list or object. */
export function place(evaluation: Evaluation, placing: Placing, value: unknown): void {
  if (placing === 'nothing') return;
  if (placing === 'mark') evaluation.unweighed = true;
  else if (typeof value === 'string') evaluation.build(value.length);
  else if (typeof value === 'object' && value !== null) evaluation.unweighed = true;
}
