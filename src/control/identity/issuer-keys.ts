import type { JSONWebKeySet } from 'jose';
import { FlowMasonError, fail } from '../../core/errors.ts';
import { isObject, own } from '../../core/json.ts';
import type { Clock, Fetch } from '../../core/ports.ts';

/** The keys of those who sign. */
export interface IssuerKeys {
  /**
   * Those of an issuer; `unknown` when a token names one that is not among those that were answered before: then they are
   * asked for again, if that was not done just now. Throws FlowMasonError `OIDC_UNAVAILABLE`.
   */
  of(issuer: string, unknown?: boolean): Promise<JSONWebKeySet>;
}

/** How long keys are known: one that an issuer takes back is trusted no longer than that. Milliseconds. */
const FRESH_MS = 600_000;
/** Between two questions because of unknown keys: tokens of anybody's making must not make us ask without end. */
const AGAIN_MS = 30_000;
/** An issuer that did not answer is left in peace for so long. */
const RECOVERY_MS = 5_000;
const PATIENCE_MS = 5_000;
const MOST_BYTES = 262_144;

/**
 * Keys by issuer, from where its description says that they are (OpenID Connect Discovery 1.0). Not jose's own cache: it
 * reads the process's clock, and keeps a promise of one request, which on workerd no other may wait for.
 */
export function issuerKeys({ fetch, clock }: { readonly fetch: Fetch; readonly clock: Clock }): IssuerKeys {
  const known = new Map<string, { readonly at: number; readonly keys: JSONWebKeySet }>();
  const failed = new Map<string, number>();
  return {
    async of(issuer, unknown = false) {
      const now = clock.now();
      const before = known.get(issuer);
      if (before && now - before.at < (unknown ? AGAIN_MS : FRESH_MS)) return before.keys;
      if (now - (failed.get(issuer) ?? Number.NEGATIVE_INFINITY) < RECOVERY_MS) {
        unavailable(issuer, 'it did not answer a moment ago');
      }
      try {
        const keys = await read(issuer, fetch, clock);
        known.set(issuer, { at: now, keys });
        failed.delete(issuer);
        return keys;
      } catch (error) {
        failed.set(issuer, clock.now());
        if (error instanceof FlowMasonError) throw error;
        return unavailable(issuer, error instanceof Error ? error.message : String(error), error);
      }
    },
  };
}

async function read(issuer: string, fetch: Fetch, clock: Clock): Promise<JSONWebKeySet> {
  const late = new AbortController();
  const stop = clock.after(PATIENCE_MS, () => late.abort(new Error(`it took longer than ${PATIENCE_MS / 1_000} s`)));
  try {
    const description = await readJson(issuer, `${issuer}/.well-known/openid-configuration`, fetch, late.signal);
    const place = own(description, 'jwks_uri');
    if (own(description, 'issuer') !== issuer) unavailable(issuer, 'it describes another issuer');
    const isPlace = typeof place === 'string' && URL.canParse(place);
    if (!isPlace || (issuer.startsWith('https:') && !place.startsWith('https:'))) {
      return unavailable(issuer, 'it does not say where its keys are');
    }
    const set = await readJson(issuer, place, fetch, late.signal);
    const keys = own(set, 'keys');
    if (!Array.isArray(keys) || keys.length > 100 || !keys.every(isObject)) {
      return unavailable(issuer, 'it did not answer with keys');
    }
    // What jose uses of a key it checks.
    return { keys } as unknown as JSONWebKeySet;
  } finally {
    stop();
  }
}

async function readJson(issuer: string, url: string, fetch: Fetch, signal: AbortSignal): Promise<object> {
  const sent = { url, method: 'GET', headers: { accept: 'application/json' }, follow_redirects: false };
  // A host's fetch may be slower to give up than its signal.
  const given = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  const { status, body } = await Promise.race([fetch({ ...sent, signal, max_bytes: MOST_BYTES }), given]);
  if (status !== 200) return unavailable(issuer, `${url} answered ${status}`);
  const value: unknown = JSON.parse(new TextDecoder().decode(body));
  return isObject(value) ? value : unavailable(issuer, `${url} did not answer with an object`);
}

function unavailable(issuer: string, why: string, cause?: unknown): never {
  fail('OIDC_UNAVAILABLE', `The keys of ${issuer} cannot be had: ${why}`, {
    hint: 'Try again; the server has to reach this address.',
    details: { retry_after: RECOVERY_MS / 1_000 },
    cause,
  });
}
