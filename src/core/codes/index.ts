import { COMMAND_CODES } from './command.ts';
import { EXPRESSION_CODES } from './expression.ts';
import { PIPELINE_CODES } from './pipeline.ts';
import { RUN_CODES } from './run.ts';

/** What one stable code means, for the exit status, the API and `fm explain`. */
export interface CodeEntry {
  /** Exit code of a command that ends with it (DEPLOYMENT.md 10). */
  readonly exit: number;
  /** HTTP status of an API answer that carries it. */
  readonly http: number;
  readonly title: string;
  /** Two to six plain sentences: what it means, why it exists, how to get on. */
  readonly explanation: string;
  /** A wrong and a right piece of JSON or shell, where that helps. */
  readonly example?: string;
}

/** The one table of codes. A code never changes its meaning after a release. */
export const CODES: Readonly<Record<string, CodeEntry>> = {
  ...COMMAND_CODES,
  ...PIPELINE_CODES,
  ...EXPRESSION_CODES,
  ...RUN_CODES,
};

/** The table's row for a code in any case; undefined when there is none. */
export function codeEntry(code: string): (CodeEntry & { code: string }) | undefined {
  for (const name of [code, code.toUpperCase(), code.toLowerCase()]) {
    const entry = Object.hasOwn(CODES, name) ? CODES[name] : undefined;
    if (entry) return { code: name, ...entry };
  }
  return undefined;
}
