import { codeEntry } from '../../core/codes/index.ts';
import { FlowMasonError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import { PROBLEM_TYPE, problemDocument } from '../../core/problem-document.ts';
import type { RouteEntry } from './route-table.ts';

/** What every route may refuse. */
const ALWAYS = [
  'UNAUTHENTICATED',
  'ENVIRONMENT_MISMATCH',
  'REQUEST_INVALID',
  'RATE_LIMITED',
  'INTERNAL',
  'DATABASE_BUSY',
  'DATABASE_UNREACHABLE',
  'SCHEMA_BEHIND',
];
const WITH_BODY = ['BODY_INVALID', 'BODY_TOO_LARGE', 'CONTENT_TYPE', 'TEXT_INVALID'];
const ONCE = ['IDEMPOTENCY_IN_FLIGHT', 'IDEMPOTENCY_MISMATCH'];
/** Statuses whose answers may say when to come back. */
const LATER: readonly string[] = ['409', '429', '503'];

/** The codes that a route may refuse with; `isOnce`: it takes `Idempotency-Key`. */
export function routeErrors({ method, verb }: Pick<RouteEntry, 'method' | 'verb'>): {
  readonly codes: readonly string[];
  readonly isOnce: boolean;
} {
  const { scope, kind, repeatable, open = false, errors = [] } = verb;
  const isOnce = kind === 'change' && repeatable !== true;
  const codes = [
    ...ALWAYS.filter((code) => !(open && code === 'UNAUTHENTICATED')),
    ...(scope === null ? [] : ['FORBIDDEN']),
    ...(method === 'GET' || method === 'DELETE' ? [] : WITH_BODY),
    ...(isOnce ? ONCE : []),
    ...(kind === 'change' ? ['DATABASE_READ_ONLY'] : []),
    ...errors,
  ];
  return { codes: [...new Set(codes)], isOnce };
}

/** Answers of a description by status, with an example of each code. */
export function refusals(codes: readonly string[]): Record<string, JsonObject> {
  const byStatus = new Map<string, string[]>();
  for (const code of codes) {
    const status = String(codeEntry(code)?.http ?? 500);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const entries = [...byStatus].map(([status, list]): [string, JsonObject] => [
    status,
    {
      description: list.map((code) => `\`${code}\`: ${codeEntry(code)?.title ?? ''}`).join('\n\n'),
      headers: {
        'X-Request-Id': { $ref: '#/components/headers/RequestId' },
        ...(status === '401' ? { 'WWW-Authenticate': { schema: { const: 'Bearer' } } } : undefined),
        ...(LATER.includes(status) ? { 'Retry-After': RETRY_AFTER } : undefined),
      },
      content: {
        [PROBLEM_TYPE]: {
          schema: { $ref: '#/components/schemas/Problem' },
          examples: Object.fromEntries(list.map((code) => [code, { value: exampleOf(code) }])),
        },
      },
    },
  ]);
  return Object.fromEntries(entries);
}

const RETRY_AFTER: JsonObject = {
  description: 'Seconds after which the call may succeed, where that is known.',
  schema: { type: 'integer' },
};

function exampleOf(code: string): JsonObject {
  const error = new FlowMasonError(code, codeEntry(code)?.title ?? code);
  // A document without what is undefined.
  return JSON.parse(JSON.stringify(problemDocument(error, '0198f3c2'))) as JsonObject;
}
