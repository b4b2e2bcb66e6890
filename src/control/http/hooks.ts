import type { Hono } from 'hono';
import { fail } from '../../core/errors.ts';
import type { ControlPlane } from '../control.ts';
import { webhookIn } from '../triggers/read.ts';
import { receiveHook } from '../triggers/receive-hook.ts';
import type { AppEnv } from './app-env.ts';
import { MOST_BODY, readBytes } from './body.ts';
import { notAllowed, notFound } from './no-route.ts';
import type { RateLimit } from './rate-limit.ts';

/** What a host gives for webhooks, which nobody calls with a key. */
export interface HookOptions {
  /** Whose control plane a call is for, by the part of its address that nobody can guess. */
  readonly control: (request: Request, hook: string) => Promise<ControlPlane>;
  /** How often each webhook may be called. */
  readonly rate: RateLimit;
}

/** For `tokenBuckets`, per webhook. */
export const HOOK_RATE = { burst: 200, perSecond: 50 };

const ROUTE = '/hooks/:hook/:path';
/** Who is counted for addresses that are none. */
const UNKNOWN = 'unknown';

/** Answers calls of webhooks: 202 with the run, 200 with the first one of a repeated call. */
export function answerHooks(app: Hono<AppEnv>, { control: planeOf, rate }: HookOptions): void {
  app.all(ROUTE, async (context) => {
    context.set('route', ROUTE);
    // As it was sent: an address has one spelling.
    const [, , hook = '', path = ''] = context.req.path.split('/');
    const { raw: request } = context.req;
    const control = await planeOf(request, hook);
    const trigger = await control.store.triggers.atPath(control.environment, `${hook}/${path}`);
    await limit(rate, trigger ? hook : UNKNOWN);
    // The same as of any address that is none.
    if (!trigger) throw notFound(context.req.path);
    context.set('actor', 'webhook');
    const { method } = webhookIn(trigger.definition);
    if (request.method !== method) throw notAllowed(request.method, context.req.path, [method]);
    const body = new Uint8Array(await readBytes(request, MOST_BODY));
    const { searchParams: query } = new URL(request.url);
    const { run_id, repeated } = await receiveHook(control, trigger, { headers: request.headers, body, query });
    return context.json({ run_id }, repeated ? 200 : 202);
  });
}

async function limit(rate: RateLimit, who: string): Promise<void> {
  const wait = await rate.take(who);
  if (wait === 0) return;
  const seconds = Math.ceil(wait / 1_000);
  fail('RATE_LIMITED', `Too many calls; try again in ${seconds} s`, { details: { retry_after: seconds } });
}
