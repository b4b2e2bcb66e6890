import type { CodeEntry } from './entry.ts';

export const RUN_CODES = {} as const satisfies Record<string, CodeEntry>;
