import type { CodeEntry } from './index.ts';

export const PIPELINE_CODES = {} as const satisfies Record<string, CodeEntry>;
