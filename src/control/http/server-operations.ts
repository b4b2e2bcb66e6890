import type { JsonObject } from '../../core/json.ts';

const STRING: JsonObject = { type: 'string' };

function json(properties: Readonly<Record<string, JsonObject>>): JsonObject {
  return { 'application/json': { schema: { type: 'object', required: Object.keys(properties), properties } } };
}

/** One route of a server beside the API. */
export interface ServerOperation {
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly content: JsonObject;
  /** Codes of what it refuses. */
  readonly errors: readonly string[];
  /** The scope of the key that it needs; absent: it takes calls without a key. */
  readonly scope?: string;
}

/** What a server answers beside the API, for its description. */
export const SERVER_OPERATIONS: readonly ServerOperation[] = [
  {
    path: '/health',
    id: 'getHealth',
    summary: 'Tell that the process lives',
    content: json({ status: { const: 'ok' }, version: STRING }),
    errors: [],
  },
  {
    path: '/ready',
    id: 'getReadiness',
    summary: 'Tell that the server takes work: the database answers and has this version’s schema',
    content: json({ status: { const: 'ready' }, version: STRING, environment: STRING }),
    errors: ['SHUTTING_DOWN', 'DATABASE_UNREACHABLE', 'SCHEMA_BEHIND', 'SCHEMA_NEWER', 'SCHEMA_CHANGED'],
  },
  {
    path: '/metrics',
    id: 'getMetrics',
    summary: 'Counters and gauges for Prometheus',
    content: {
      'text/plain': {
        schema: {
          type: 'string',
          description:
            'Prometheus text format 0.0.4: `flowmason_info`, `flowmason_http_requests_total` and `flowmason_http_request_duration_seconds` by route, `flowmason_database_up`, `flowmason_runs` by status.',
        },
        example:
          '# HELP flowmason_runs Runs that are kept, by state.\n# TYPE flowmason_runs gauge\nflowmason_runs{status="queued"} 2\n',
      },
    },
    errors: ['UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED', 'DATABASE_UNREACHABLE', 'INTERNAL'],
    scope: 'runs:read',
  },
  {
    path: '/openapi.json',
    id: 'getDescription',
    summary: 'This document',
    content: { 'application/json': { schema: { type: 'object' } } },
    errors: [],
  },
];
