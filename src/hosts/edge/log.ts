import type { Answered } from '../../control/http/app.ts';
import { createMasker } from '../../core/mask.ts';
import type { EdgeSettings } from './settings.ts';

/** Writes one line. */
export type Write = (line: string) => void;

/** The platform's own log. */
export const consoleWrite: Write = (line) => console.log(line);

/** Lines of JSON, in which the settings' secrets are masked. */
export interface EdgeLog {
  answered(answer: Answered): void;
  /** What nobody expected, outside of an answer. */
  failed(what: string, error: unknown): void;
}

export function edgeLog(write: Write, { bootstrap = '', database }: EdgeSettings): EdgeLog {
  const { password } = new URL(database);
  const masker = createMasker([bootstrap, password, decodeURIComponent(password)]);
  const line = (level: string, fields: object): void => write(masker.text(JSON.stringify({ level, ...fields })));
  return {
    answered({ error, ...answer }) {
      const isOurs = answer.status >= 500;
      const cause = isOurs && error ? textOf(error.cause ?? error) : undefined;
      line(isOurs ? 'error' : 'info', { msg: 'answered', ...answer, code: error?.code, err: cause });
    },
    failed: (msg, error) => line('error', { msg, err: textOf(error) }),
  };
}

/** An error with what led to it: a query's error without its cause says nothing. */
function textOf(error: unknown): string {
  const parts: string[] = [];
  for (let at = error, depth = 0; at !== undefined && depth < 8; depth++) {
    parts.push(at instanceof Error ? (at.stack ?? at.message) : String(at));
    at = at instanceof Error ? at.cause : undefined;
  }
  return parts.join('\ncaused by: ');
}
