import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { AppEnv } from './app-env.ts';

/** Seconds for which a browser need not ask again. */
const REMEMBERED = 600;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
const TAKEN = [
  'Authorization',
  'X-API-Key',
  'Content-Type',
  'Idempotency-Key',
  'Last-Event-ID',
  'X-FlowMason-Environment',
  'X-Request-Id',
];
const SHOWN = ['X-Request-Id', 'Retry-After', 'WWW-Authenticate', 'Allow'];

/**
 * Lets pages of these origins call, `*` those of any. Keys come in headers that a page has to send itself, so there is never
 * a credentials mode: no cookie of a browser counts here.
 */
export function crossOrigin(origins: readonly string[]): MiddlewareHandler<AppEnv> {
  const answer = cors({
    origin: origins.includes('*') ? '*' : [...origins],
    allowMethods: METHODS,
    allowHeaders: TAKEN,
    exposeHeaders: SHOWN,
    maxAge: REMEMBERED,
  });
  return (context, next) => {
    const isPreflight =
      context.req.method === 'OPTIONS' &&
      context.req.header('origin') !== undefined &&
      context.req.header('access-control-request-method') !== undefined;
    if (isPreflight) context.set('route', 'preflight');
    // Any other `OPTIONS` is a method that no route takes.
    else if (context.req.method === 'OPTIONS') return next();
    return answer(context, next);
  };
}
