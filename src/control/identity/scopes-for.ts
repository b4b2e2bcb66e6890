import type { TrustRule } from '../control.ts';
import { SCOPES, type Scope } from '../control.ts';
import type { Job } from './job-of.ts';

/** What a job may do by the rules of its issuer: all that some rule which fits it says. */
export function scopesFor(job: Job, rules: readonly TrustRule[]): readonly Scope[] {
  const given = new Set(rules.filter((rule) => fits(rule, job)).flatMap(({ scopes }) => scopes));
  return SCOPES.filter((scope) => given.has(scope));
}

function fits(rule: TrustRule, { provider, repository, repository_id, branch, environment }: Job): boolean {
  return (
    rule.provider === provider &&
    rule.repository === repository &&
    (rule.repository_id === undefined || rule.repository_id === repository_id) &&
    branch !== null &&
    (rule.branch.endsWith('*') ? branch.startsWith(rule.branch.slice(0, -1)) : rule.branch === branch) &&
    (rule.environment === undefined || rule.environment === environment)
  );
}
