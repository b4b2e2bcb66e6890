import { parseAccessKey } from '../../core/access-key.ts';
import { FlowMasonError, fail } from '../../core/errors.ts';
import { sha256Hex } from '../../core/sha256.ts';
import type { StoredKey } from '../../store/keys.ts';
import { type Caller, type ControlPlane, SCOPES, type Scope } from '../control.ts';
import { isLive } from '../keys/live.ts';
import type { AppOptions } from './app.ts';
import type { RateLimit } from './rate-limit.ts';

export interface AuthenticateOptions {
  readonly control: ControlPlane;
  /** A whole key that is an administrator's until a stored key is (`FM_BOOTSTRAP_KEY`). */
  readonly bootstrap?: string | undefined;
  readonly rate: RateLimit;
}

/** How long a key is known without another look at the database: revoking takes effect within it. */
const FRESH_MS = 5_000;
/** `last_used_at` is as exact as that. */
const TOUCH_MS = 60_000;
/** Keys that are remembered, so that guessing does not fill the memory. */
const MOST_KNOWN = 1_000;
const BOOTSTRAP = 'bootstrap';
/** Who calls without a key, where that is allowed. */
const OPEN = 'anybody';

type Known = Pick<Caller, 'actor' | 'scopes'> & { readonly id: string; readonly expires_at: number | null };

/**
 * Who calls, by the key of a request, or anybody where a route is open: `admit` of the app. Throws FlowMasonError `UNAUTHENTICATED`, the same for keys that
 * are missing, unknown, of another environment, expired and revoked; `RATE_LIMITED`; `DATABASE_…`.
 */
export function authenticate(options: AuthenticateOptions): AppOptions['admit'] {
  const { control, rate } = options;
  const seen = new Map<string, { readonly at: number; readonly known: Promise<Known | undefined> }>();

  const lookUp = (key: string, now: number): Promise<Known | undefined> => {
    const before = seen.get(key);
    if (before && now - before.at < FRESH_MS && now >= before.at) return before.known;
    if (parseAccessKey(key)?.environment !== control.environment) refuse();
    seen.delete(key);
    const known = find(options, key);
    seen.set(key, { at: now, known });
    if (seen.size > MOST_KNOWN) for (const oldest of [...seen.keys()].slice(0, MOST_KNOWN / 2)) seen.delete(oldest);
    // Of a database that was away for a moment nothing is remembered.
    known.catch(() => seen.delete(key));
    return known;
  };

  return async ({ headers }, open) => {
    if (open) {
      refuseAfter(await rate.take(OPEN), 'without a key');
      return { control, caller: { actor: OPEN, scopes: new Set() } };
    }
    const key = keyOf(headers);
    if (key === undefined) refuse();
    const known = await lookUp(key, control.clock.now());
    if (!known || (known.expires_at !== null && known.expires_at <= control.clock.now())) refuse();
    const { id, actor, scopes } = known;
    refuseAfter(await rate.take(id), `with the key ${id}`);
    return { control, caller: { actor, scopes } };
  };
}

/** `wait`: milliseconds until one may call again. */
function refuseAfter(wait: number, who: string): void {
  if (wait === 0) return;
  const seconds = Math.ceil(wait / 1_000);
  fail('RATE_LIMITED', `Too many calls ${who}; try again in ${seconds} s`, { details: { retry_after: seconds } });
}

function refuse(): never {
  fail('UNAUTHENTICATED', 'The call has no key that is valid here', {
    hint: 'Send a key of this environment in `Authorization: Bearer …` or `X-API-Key`.',
  });
}

/** Undefined also when two headers contradict each other. */
function keyOf(headers: Headers): string | undefined {
  const own = headers.get('x-api-key')?.trim();
  const authorization = headers.get('authorization');
  if (authorization === null) return own;
  const bearer = /^bearer +(\S+) *$/i.exec(authorization)?.[1];
  return own === undefined || own === bearer ? bearer : undefined;
}

async function find({ control, bootstrap }: AuthenticateOptions, key: string): Promise<Known | undefined> {
  const { store, clock, environment } = control;
  const stored = await store.keys.find(key);
  if (stored) {
    const now = clock.now();
    if (stored.environment !== environment || !isLive(stored, now)) return undefined;
    if ((stored.last_used_at ?? 0) <= now - TOUCH_MS) await store.keys.touch(stored.id).catch(unlessReadOnly);
    return { id: stored.id, actor: stored.name, scopes: scopesOf(stored), expires_at: stored.expires_at };
  }
  // Digests are compared, so the time that it takes tells nothing of the key.
  if (bootstrap === undefined || sha256Hex(bootstrap) !== sha256Hex(key)) return undefined;
  const admin = (await store.keys.list(environment)).find((other) => isAdmin(other) && isLive(other, clock.now()));
  return admin ? undefined : { id: BOOTSTRAP, actor: BOOTSTRAP, scopes: new Set<Scope>(['admin']), expires_at: null };
}

/** A database that may only be read, such as a standby, is good for who only reads. */
function unlessReadOnly(error: unknown): void {
  if (!(error instanceof FlowMasonError) || error.code !== 'DATABASE_READ_ONLY') throw error;
}

function isAdmin({ scopes }: StoredKey): boolean {
  return scopes.includes('admin');
}

/** Those that this version knows. */
function scopesOf({ scopes }: StoredKey): ReadonlySet<Scope> {
  return new Set(SCOPES.filter((scope) => scopes.includes(scope)));
}
