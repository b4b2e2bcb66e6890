import type { CodeEntry } from './entry.ts';

export const PIPELINE_CODES = {} as const satisfies Record<string, CodeEntry>;
