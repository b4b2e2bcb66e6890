import type { IncomingResponse } from '../../core/ports.ts';
import { type ErrorType, StageError } from '../../core/run.ts';
import { bodyExcerpt } from './body.ts';
import { retryAfter } from './retry-after.ts';

/** A status, or a pattern of statuses: `200`, `"404"`, `"2xx"`. */
export type Expected = number | string;

export function isExpected(status: number, expected: Expected | readonly Expected[]): boolean {
  const list = typeof expected === 'object' ? expected : [expected];
  const family = `${Math.floor(status / 100)}xx`;
  return list.some((one) => String(one) === String(status) || String(one).toLowerCase() === family);
}

/** Why a status fails the stage (PIPELINES.md 4, error types). `subject` names the request. */
export function statusError(
  response: IncomingResponse,
  expected: Expected | readonly Expected[],
  subject: string,
  now: number,
): StageError {
  const { status, headers } = response;
  const [type, code] = kindOf(status);
  const wanted = typeof expected === 'object' ? expected.join(', ') : expected;
  const wait = retryAfter(headers['retry-after'], now);
  return new StageError(type, code, `${subject} answered ${status}, expected ${wanted}`, {
    hint: hintFor(status, wait),
    details: { status, body: bodyExcerpt(response) },
    retryAfter: wait,
  });
}

function kindOf(status: number): [ErrorType, string] {
  if (status === 429) return ['RATE_LIMIT', 'rate_limited'];
  if (status === 408 || status >= 500) return ['PROVIDER', 'server_error'];
  return ['COMPONENT', 'unexpected_status'];
}

function hintFor(status: number, wait: number | undefined): string | undefined {
  if (wait !== undefined) return `the server asks to wait ${Math.ceil(wait / 1_000)} s`;
  if (status === 401 || status === 403)
    return 'check `auth`; credentials are not sent along when a redirect leads to another origin';
  if (status >= 300 && status < 400 && status !== 304) return 'write `follow_redirects: true`, or expect the status';
  if (status >= 300 && status < 500 && status !== 429)
    return `write \`expect_status: ["2xx", ${status}]\` to go on with it`;
  return undefined;
}
