import type { CodeEntry } from './entry.ts';

export const EXPRESSION_CODES = {} as const satisfies Record<string, CodeEntry>;
