import * as v from 'valibot';
import { SCOPES, type TrustRule } from '../control.ts';

/** Who signs for the jobs of each provider, when a rule names nobody else. */
const ISSUERS = {
  github: 'https://token.actions.githubusercontent.com',
  gitlab: 'https://gitlab.com',
} as const;

/** A key that ends in minutes must not make one that does not, nor pass what protects an environment. */
const GIVEN = SCOPES.filter((scope) => scope !== 'admin' && scope !== 'deploy:force');
const LOOPBACK = /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?(?:\/|$)/;

const TEXT = v.pipe(v.string(), v.minLength(1), v.maxLength(255));

/** The trust rules of a server as JSON text, the setting FM_OIDC. */
export const TRUST = v.pipe(
  v.string(),
  v.parseJson(undefined, 'Expected a JSON list of rules'),
  v.pipe(
    v.array(
      v.pipe(
        v.strictObject({
          provider: v.picklist(['github', 'gitlab']),
          issuer: v.optional(
            v.pipe(
              TEXT,
              v.check((url) => isIssuer(url), 'Expected an address: https://… without a / at its end'),
            ),
          ),
          repository: v.pipe(TEXT, v.regex(/^[^\s*/]+(?:\/[^\s*/]+)+$/, 'Expected one repository: owner/name')),
          repository_id: v.optional(v.pipe(v.string(), v.regex(/^\d{1,20}$/, 'Expected a number as text'))),
          branch: v.pipe(TEXT, v.regex(/^[^\s*]+\*?$/, 'Expected a branch; `*` may stand at its end')),
          environment: v.optional(TEXT),
          scopes: v.pipe(v.array(v.picklist(GIVEN)), v.minLength(1)),
        }),
        v.transform(({ issuer, repository_id, environment, ...rule }): TrustRule => {
          return { ...rule, issuer: issuer ?? ISSUERS[rule.provider], repository_id, environment };
        }),
      ),
      'Expected a JSON list of rules',
    ),
    v.maxLength(200),
  ),
);

function isIssuer(url: string): boolean {
  return URL.canParse(url) && !url.endsWith('/') && (url.startsWith('https://') || LOOPBACK.test(url));
}

/** For whom a token has to be made: one that was sent to staging is worth nothing in production. */
export function audienceOf(environment: string): string {
  return `flowmason:${environment}`;
}
