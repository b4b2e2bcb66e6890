import { COLLECTION_FUNCTIONS } from './functions/collections.ts';
import { NUMBER_FUNCTIONS } from './functions/numbers.ts';
import { STRING_FUNCTIONS } from './functions/strings.ts';
import type { JmesFunction } from './types.ts';

/** Every function by name. */
export const FUNCTIONS: Readonly<Record<string, JmesFunction>> = {
  ...COLLECTION_FUNCTIONS,
  ...NUMBER_FUNCTIONS,
  ...STRING_FUNCTIONS,
};
