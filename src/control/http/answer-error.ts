import type { FlowMasonError } from '../../core/errors.ts';
import { isObject, own } from '../../core/json.ts';
import { PROBLEM_TYPE, problemDocument } from '../../core/problem-document.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** An error as an answer, with the headers that belong to it; also where there is no app to answer. */
export function answerError(requestId: string, error: FlowMasonError): Response {
  const document = problemDocument(error, requestId);
  const headers = new Headers({
    ...Object.fromEntries(SECURITY_HEADERS),
    'content-type': PROBLEM_TYPE,
    'x-request-id': requestId,
  });
  if (document.status === 401) headers.set('www-authenticate', 'Bearer');
  const { retry_after, allow } = isObject(document.details) ? named(document.details) : {};
  if (typeof retry_after === 'number') headers.set('retry-after', String(retry_after));
  if (document.status === 405 && Array.isArray(allow)) headers.set('allow', allow.join(', '));
  return new Response(JSON.stringify(document), { status: document.status, headers });
}

function named(details: object): { retry_after?: unknown; allow?: unknown } {
  return { retry_after: own(details, 'retry_after'), allow: own(details, 'allow') };
}
