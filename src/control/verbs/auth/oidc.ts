import * as v from 'valibot';
import type { JobKeyView } from '../../../core/api/administration.ts';
import { fail } from '../../../core/errors.ts';
import { quote } from '../../../core/quote.ts';
import type { ControlPlane, Scope } from '../../control.ts';
import { type Job, jobOf } from '../../identity/job-of.ts';
import { scopesFor } from '../../identity/scopes-for.ts';
import { audienceOf } from '../../identity/trust.ts';
import { verifyToken } from '../../identity/verify-token.ts';
import { issueKey } from '../../keys/issue.ts';
import { change } from '../../verb.ts';

/** Milliseconds that the key lives. */
const LIFE_MS = 600_000;
/** Characters; those of GitHub and GitLab have two thousand. */
const LONGEST = 16_384;

/** Makes a key for a job of GitHub or GitLab that shows who it is with a token which its provider has signed. */
export const exchangeToken = change({
  summary: 'Exchange an identity token of GitHub Actions or GitLab CI for a key of ten minutes',
  scope: null,
  open: true,
  errors: ['OIDC_REFUSED', 'OIDC_UNTRUSTED', 'OIDC_UNAVAILABLE'],
  example: { token: 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL3Rva2VuIn0.c2lnbmF0dXJl' },
  input: v.strictObject({ token: v.pipe(v.string(), v.maxLength(LONGEST, `Expected at most ${LONGEST} characters`)) }),
  status: 201,
  // A second key harms nobody, and the first must not be kept.
  repeatable: true,
  prepare: ({ control }, { token }) => admitted(control, token),
  async apply({ control, tx }, _, { job, scopes }): Promise<JobKeyView> {
    const name = `${job.provider}:${job.repository}@${job.branch}`;
    const expires_at = control.clock.now() + LIFE_MS;
    const { repository_id: _id, ...shown } = job;
    return { ...(await issueKey(control, tx, { name, scopes, actor: name, expires_at })), job: shown };
  },
  audit: (_, { id, name, scopes, expires_at, job }) => ({
    actor: name,
    action: 'keys.exchange',
    target: id,
    details: { name, scopes: [...scopes], expires_at, job: { ...job } },
  }),
});

/** Throws FlowMasonError `OIDC_REFUSED`, `OIDC_UNTRUSTED`, `OIDC_UNAVAILABLE`. */
async function admitted(
  { identities, environment, clock }: ControlPlane,
  token: string,
): Promise<{ readonly job: Job; readonly scopes: readonly Scope[] }> {
  if (!identities || identities.rules.length === 0) {
    fail('OIDC_UNTRUSTED', `${environment} takes no identity tokens: it has no rules for whom to trust`, {
      hint: 'Set FM_OIDC where the server runs; `fm explain OIDC_UNTRUSTED` shows a rule.',
    });
  }
  const { rules, keys } = identities;
  const issuers = new Set(rules.map(({ issuer }) => issuer));
  const audience = audienceOf(environment);
  const claims = await verifyToken(token, { issuers, audience, keys, now: (identities.clock ?? clock).now() });
  const own = rules.filter(({ issuer }) => issuer === claims.iss);
  const found = own.map(({ provider }) => jobOf(provider, claims)).find((job) => scopesFor(job, own).length > 0);
  if (found) return { job: found, scopes: scopesFor(found, own) };
  const [{ provider } = { provider: 'github' as const }] = own;
  const { repository, branch, environment: place } = jobOf(provider, claims);
  const said = (what: string, value: string | null): string =>
    value === null ? `no ${what}` : `${what} ${quote(value)}`;
  fail(
    'OIDC_UNTRUSTED',
    `No rule of ${environment} trusts ${said('repository', repository)}, ${said('branch', branch)}, ${said('environment', place)}`,
    { details: { repository, branch, environment: place } },
  );
}
