import type { JWTPayload } from 'jose';
import type { JobView } from '../../core/api/administration.ts';

/** A job by the claims of its token, each as far as the token has it. */
export interface Job extends JobView {
  /** The number that a repository keeps when its name goes to somebody else. */
  readonly repository_id: string | null;
}

/** Claims by the names that each provider has for them. */
const CLAIMS = {
  github: { repository: 'repository', id: 'repository_id', ref: 'ref', commit: 'sha', run: 'run_id' },
  gitlab: { repository: 'project_path', id: 'project_id', ref: 'ref_path', commit: 'sha', run: 'pipeline_id' },
} as const;

const BRANCH = 'refs/heads/';

/**
 * Who asks, as its provider says. A job for a pull or merge request has no branch: what runs there is not what somebody
 * with rights on the branch has taken in, though on GitHub `pull_request_target` names the branch that is asked.
 */
export function jobOf(provider: JobView['provider'], claims: JWTPayload): Job {
  const names = CLAIMS[provider];
  const text = (name: string): string | null => {
    const value = claims[name];
    return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : null;
  };
  const ref = text(names.ref) ?? '';
  const isAsking = [claims.event_name, claims.pipeline_source].some(
    (event) => typeof event === 'string' && /^(?:pull_request|merge_request|external_pull_request)/.test(event),
  );
  return {
    provider,
    repository: text(names.repository),
    repository_id: text(names.id),
    branch: ref.startsWith(BRANCH) && !isAsking ? ref.slice(BRANCH.length) : null,
    environment: text('environment'),
    commit: text(names.commit),
    run: text(names.run),
  };
}
