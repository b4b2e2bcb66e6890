import type { FlowMasonError } from '../../core/errors.ts';
import { isObject, own } from '../../core/json.ts';
import { PROBLEM_TYPE, problemDocument } from '../../core/problem-document.ts';

/** An error as an answer, with the headers that belong to it. */
export function answerError(requestId: string, error: FlowMasonError): Response {
  const document = problemDocument(error, requestId);
  const headers = new Headers({ 'content-type': PROBLEM_TYPE });
  if (document.status === 401) headers.set('www-authenticate', 'Bearer');
  const { retry_after, allow } = isObject(document.details) ? named(document.details) : {};
  if (typeof retry_after === 'number') headers.set('retry-after', String(retry_after));
  if (document.status === 405 && Array.isArray(allow)) headers.set('allow', allow.join(', '));
  return new Response(JSON.stringify(document), { status: document.status, headers });
}

function named(details: object): { retry_after?: unknown; allow?: unknown } {
  return { retry_after: own(details, 'retry_after'), allow: own(details, 'allow') };
}
