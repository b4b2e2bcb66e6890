import { createLocalJWKSet, decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose';
import { fail } from '../../core/errors.ts';
import { quote } from '../../core/quote.ts';
import type { IssuerKeys } from './issuer-keys.ts';

export interface Expected {
  readonly issuers: ReadonlySet<string>;
  readonly audience: string;
  readonly keys: IssuerKeys;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What providers sign with; never a shared secret, and never nothing. */
const ALGORITHMS = ['RS256', 'ES256'];
/** Seconds by which the clocks of two machines may differ. */
const TOLERANCE = 30;

/**
 * The claims of an identity token (RFC 7519, OpenID Connect Core 1.0 section 3.1.3.7) whose signature, issuer, audience
 * and times are right. Throws FlowMasonError `OIDC_REFUSED`, `OIDC_UNAVAILABLE`.
 */
export async function verifyToken(token: string, { issuers, audience, keys, now }: Expected): Promise<JWTPayload> {
  const issuer = issuerOf(token);
  // Nobody is asked for keys because a token says so.
  if (!issuers.has(issuer)) refuse(`it is signed by ${quote(issuer)}, whom no rule here trusts`);
  const options = {
    issuer,
    audience,
    algorithms: ALGORITHMS,
    clockTolerance: TOLERANCE,
    currentDate: new Date(now),
    requiredClaims: ['exp', 'iat'],
  };
  for (const isAgain of [false, true]) {
    const set = createLocalJWKSet(await keys.of(issuer, isAgain));
    try {
      return (await jwtVerify(token, set, options)).payload;
    } catch (error) {
      // Issuers change their keys.
      if (!isAgain && error instanceof errors.JWKSNoMatchingKey) continue;
      refuse(reasonOf(error, audience), error);
    }
  }
  return refuse('its key is unknown');
}

function issuerOf(token: string): string {
  try {
    const { iss } = decodeJwt(token);
    if (typeof iss === 'string') return iss;
  } catch (error) {
    refuse('it is no token', error);
  }
  return refuse('it does not say who signed it');
}

function reasonOf(error: unknown, audience: string): string {
  if (error instanceof errors.JWTExpired) return 'it has expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { claim, payload, reason } = error;
    if (reason === 'missing') return `its claim ${quote(claim)} is missing`;
    if (claim === 'aud') return `it is meant for ${quote(String(payload.aud))}, expected \`${audience}\``;
    if (claim === 'nbf' || claim === 'iat') return 'it is not valid yet';
    return `its claim ${quote(claim)} is wrong`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return `it has to be signed with ${ALGORITHMS.join(' or ')}`;
  if (error instanceof errors.JWKSNoMatchingKey) return 'its issuer has no such key';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is wrong';
  return 'it is no token';
}

function refuse(reason: string, cause?: unknown): never {
  fail('OIDC_REFUSED', `The identity token is not valid here: ${reason}`, { cause });
}
