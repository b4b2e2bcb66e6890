import type { CodeEntry } from './index.ts';

export const EXPRESSION_CODES = {} as const satisfies Record<string, CodeEntry>;
