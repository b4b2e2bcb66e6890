import { COMMAND_CODES } from './command.ts';
import { CONTROL_CODES } from './control.ts';
import type { CodeEntry } from './entry.ts';
import { EXPRESSION_CODES } from './expression.ts';
import { HTTP_CODES } from './http.ts';
import { ORG_CODES } from './org.ts';
import { PIPELINE_CODES } from './pipeline.ts';
import { PREFLIGHT_CODES } from './preflight.ts';
import { PROJECT_CODES } from './project.ts';
import { RELEASE_CODES } from './release.ts';
import { RUN_CODES } from './run.ts';
import { STORE_CODES } from './store.ts';
import { SYNC_CODES } from './sync.ts';
import { TESTING_CODES } from './testing.ts';
import { TRIGGER_CODES } from './trigger.ts';
import { TYPE_CODES } from './types.ts';

/** The one table of codes. A code never changes its meaning after a release. */
export const CODES: Readonly<Record<string, CodeEntry>> = {
  ...COMMAND_CODES,
  ...PIPELINE_CODES,
  ...PROJECT_CODES,
  ...RELEASE_CODES,
  ...EXPRESSION_CODES,
  ...RUN_CODES,
  ...HTTP_CODES,
  ...STORE_CODES,
  ...CONTROL_CODES,
  ...ORG_CODES,
  ...PREFLIGHT_CODES,
  ...SYNC_CODES,
  ...TESTING_CODES,
  ...TRIGGER_CODES,
  ...TYPE_CODES,
};

/** The table's row for a code in any case; undefined when there is none. */
export function codeEntry(code: string): (CodeEntry & { code: string }) | undefined {
  for (const name of [code, code.toUpperCase(), code.toLowerCase()]) {
    const entry = Object.hasOwn(CODES, name) ? CODES[name] : undefined;
    if (entry) return { code: name, ...entry };
  }
  return undefined;
}
