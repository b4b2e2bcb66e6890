import type { CodeEntry } from './index.ts';

export const RUN_CODES = {} as const satisfies Record<string, CodeEntry>;
