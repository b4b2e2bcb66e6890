import type { CodeEntry } from './entry.ts';

/** Codes of what a control plane refuses, and of what keeps a client from reaching one. */
export const CONTROL_CODES = {
  REQUEST_INVALID: {
    exit: 2,
    http: 422,
    title: 'A request has a field that is missing, unknown or wrong',
    explanation:
      'The body, the path or the query of a call does not fit what the route takes. Each field is listed with what was expected. `GET /openapi.json` describes every route. When `fm` itself made the call, client and server are of versions that do not fit together.',
  },
  BODY_INVALID: {
    exit: 2,
    http: 400,
    title: 'The body of a request cannot be read',
    explanation:
      'A body has to be one JSON object in UTF-8 without repeated keys, sent as `application/json`. The message says what was found instead.',
  },
  BODY_TOO_LARGE: {
    exit: 2,
    http: 413,
    title: 'The body of a request is too large',
    explanation:
      'Uploads of pipelines may have 20 MB and all other requests 5 MB, counted on what was read and not on what a header says. Send less at a time.',
  },
  CONTENT_TYPE: {
    exit: 2,
    http: 415,
    title: 'The body of a request is not JSON',
    explanation: 'Bodies are sent as `content-type: application/json`, in UTF-8, and without compression.',
  },
  METHOD_NOT_ALLOWED: {
    exit: 2,
    http: 405,
    title: 'The route does not take this method',
    explanation:
      'The address exists and answers to other methods, which the header `allow` lists. `GET /openapi.json` describes every route.',
  },
  UNAUTHENTICATED: {
    exit: 6,
    http: 401,
    title: 'The call has no valid key',
    explanation:
      'A control plane answers to keys, in `Authorization: Bearer …` or `X-API-Key`. This call had none, or one that is unknown, expired or revoked; for whoever asks, these are the same. Ask an administrator of the environment for a key, and give it to fm with `fm config set ENVIRONMENT.api_key -`.',
    example: 'fm config set staging.api_key -',
  },
  FORBIDDEN: {
    exit: 6,
    http: 403,
    title: 'The key may not do this',
    explanation:
      'Keys have scopes, and the one that this call needs is not among those of the key. The message names it. Ask an administrator of the environment for a key that has it.',
    example: 'fm keys create ci --scope deploy --env staging',
  },
  RATE_LIMITED: {
    exit: 8,
    http: 429,
    title: 'Too many calls',
    explanation:
      'A key or a tenant may make so many calls in a time, and this one was above it. Nothing was done. The header `Retry-After` says after how many seconds to try again.',
  },
  QUEUE_FULL: {
    exit: 8,
    http: 429,
    title: 'The queue of runs is full',
    explanation:
      'More runs wait for their execution than may (`FM_QUEUE_MOST`), or one of them has been due for longer than it may (`FM_QUEUE_MAX_AGE`), so the environment accepts no more for the moment: what it has accepted begins in a bounded time. Nothing was started. The header `Retry-After` says after how many seconds to try again, and `details.queue_age_ms` how long the oldest run has been due. If it lasts, start more workers or find out what keeps them.',
    example: 'fm workers list --env staging',
  },
  RUNS_REFUSED: {
    exit: 1,
    http: 409,
    title: 'Some of many runs were refused',
    explanation:
      'A command that does something to many runs has done it to all but some. Each of those is named with its own code and reason, e.g. `DEFINITION_CHANGED` for one that cannot go on under another release. What was done stays done; the same command tries only what is left.',
    example: 'fm runs resume --status failed --since 2h --env staging --dry-run',
  },
  ID_TOKEN_MISSING: {
    exit: 6,
    http: 401,
    title: 'The job got no identity token',
    explanation:
      'No key is set for the environment, and fm runs in GitHub Actions, so it asked GitHub for a token that says which job this is, to exchange it for a key of the server. GitHub gave none. Give the job the permission `id-token: write`, or set a key.',
    example: 'fm config set staging.api_key -',
  },
  OIDC_REFUSED: {
    exit: 6,
    http: 401,
    title: 'An identity token is not valid',
    explanation:
      'A job of GitHub Actions or GitLab CI gets a key for a token in which its provider says who the job is. This token is not of an issuer that the server trusts, is not meant for this environment, has expired, is not valid yet, or its signature is wrong; the message says which. The audience of a token has to be `flowmason:ENVIRONMENT`, so that one which was sent to staging is worth nothing in production.',
  },
  OIDC_UNTRUSTED: {
    exit: 6,
    http: 403,
    title: 'No rule of the server trusts the job',
    explanation:
      'The identity token is valid, but the server has no rule for jobs of this repository, branch and environment, or has no rules at all. Whoever runs the server sets them in FM_OIDC, a JSON list. A rule names provider, repository, branch (`release/*` for all that begin so) and scopes, and may name `environment` (that of the provider), `repository_id` and the `issuer` of a GitHub or GitLab of one’s own. Jobs for pull and merge requests have no branch, so no rule fits them.',
    example:
      '[{"provider": "github", "repository": "acme/shop", "branch": "main", "scopes": ["deploy", "releases:read"]}]',
  },
  OIDC_UNAVAILABLE: {
    exit: 7,
    http: 503,
    title: 'The keys of who signed an identity token cannot be had',
    explanation:
      'To check an identity token the server asks its issuer for the keys that it signs with, and remembers them for ten minutes. The issuer did not answer, or not with keys. Nothing was done. Try again; if it stays so, let the server reach the address that the message names.',
  },
  AUDIT_BROKEN: {
    exit: 1,
    http: 409,
    title: 'The audit is not what was written',
    explanation:
      'Every entry of the audit has a hash over itself and the hash of the entry before it. Computed again, they do not fit from some entry on: somebody has changed, taken out or cut off entries in the database itself. Compare with a backup, and find out who can write there.',
    example: 'fm audit verify --env production',
  },
  NO_ADMIN_KEY: {
    exit: 9,
    http: 503,
    title: 'Nobody has a key that administers the server',
    explanation:
      'A server that nobody can administer would be useless, and one that anybody can would be open. So the first start needs a key: on a terminal `fm serve` offers to make one; elsewhere it takes the one in `FM_BOOTSTRAP_KEY`, which is good until another admin key exists. The server has not been started.',
    example: 'export FM_BOOTSTRAP_KEY=$(fm keys generate --env staging)',
  },
  PORT_TAKEN: {
    exit: 1,
    http: 503,
    title: 'The server cannot listen on its address',
    explanation:
      'Another process listens on the port already, or the address is none of this machine, or the user may not use it. Nothing was started. Choose another port with `--port` or `FM_PORT`, or another address with `FM_HOST`.',
    example: 'fm serve --port 8788',
  },
  SHUTTING_DOWN: {
    exit: 7,
    http: 503,
    title: 'The server is about to end',
    explanation:
      'A server that was told to end finishes what it has begun and takes nothing new. Whoever stands in front of it should send requests to another one. Nothing was done.',
  },
  QUOTA_EXCEEDED: {
    exit: 8,
    http: 429,
    title: 'A quota is used up',
    explanation:
      'The tenant may have so many pipelines active or so many runs accepted in a day (UTC), and this call would go above it. Nothing was done. The message says how many there are, and when a quota of a day begins anew.',
  },
  ENVIRONMENT_MISMATCH: {
    exit: 5,
    http: 409,
    title: 'The server is another environment than was meant',
    explanation:
      'A client says which environment it believes to talk to, and the server answers to another name, so a URL or key is that of another environment; or a worker was given the database of another environment than its FM_ENVIRONMENT. Nothing was done. Correct the address in the settings.',
    example: 'fm config explain staging.url',
  },
  ENVIRONMENT_PROTECTED: {
    exit: 5,
    http: 409,
    title: 'The environment takes releases by promotion only',
    explanation:
      'A protected environment gets what was active in the environment before it, not what somebody has on a laptop. Nothing was activated. Promote instead; `--force` with a key that has the scope `deploy:force` goes past it and is marked in history and audit.',
    example: 'fm promote production --from staging',
  },
  PLAN_STALE: {
    exit: 5,
    http: 409,
    title: 'The plan is not about what is active now',
    explanation:
      'Since the plan was made something else became active, or what it names has changed, so that applying it would do something else than it showed. Nothing was activated. Make a new plan and look at it.',
    example: 'fm deploy staging --plan-out plan.json',
  },
  PREFLIGHT_FAILED: {
    exit: 5,
    http: 409,
    title: 'The target lacks what the release needs',
    explanation:
      'A release names the variables, secrets and components that its pipelines need, and the target does not have all of them, or the release does not fit it. Every problem is listed with what to type. Nothing was activated.',
    example: 'fm vars set region=eu --env staging',
  },
  REMOVALS_NEED_CONSENT: {
    exit: 9,
    http: 409,
    title: 'Pipelines would be removed, and nobody has agreed to that',
    explanation:
      'A release is always whole: what it does not have is not active any more once it is. This one lacks pipelines that the active one has, and nothing is ever deleted because it is absent. If they are to go, say so with `--prune`; else put their files back, or get them with `fm pull`.',
    example: 'fm push --prune',
  },
  ROLLED_BACK: {
    exit: 5,
    http: 409,
    title: 'The release was rolled back here',
    explanation:
      'Somebody rolled away from exactly this release in this environment, and a repeated job must not undo that. Nothing was activated. Fix what was wrong and deploy the new release, or say `--again` if this one is really wanted again.',
    example: 'fm deploy staging --again',
  },
  EVIDENCE_MISSING: {
    exit: 5,
    http: 409,
    title: 'The release has not been proven as the environment demands',
    explanation:
      'The environment takes only releases with certain evidence, for example that their tests passed. Nothing was activated. `fm deploy` to such an environment runs the tests and records that they passed.',
  },
  SOURCE_MOVED: {
    exit: 5,
    http: 409,
    title: 'Something else is active in the environment that is promoted from',
    explanation:
      'The release of this checkout is not the one that is active in the source any more, so promoting would move something else than was tested here. Nothing was activated. Look at both, or take what is active with `--any`.',
    example: 'fm diff files staging\nfm promote production --any',
  },
  SOURCE_REFUSED: {
    exit: 5,
    http: 409,
    title: 'The environment is promoted from another one',
    explanation:
      'An environment has one source, which its settings or its server name, and the release was to come from elsewhere. Nothing was activated. Promote from the source that the message names.',
    example: 'fm promote production --from staging',
  },
  NEVER_ACTIVE: {
    exit: 5,
    http: 409,
    title: 'The release was never active in the environment that is promoted from',
    explanation:
      'What is promoted has run in the source before. This release is stored there or not even that, and it was never active. Nothing was activated. Deploy it to the source first, then promote it.',
    example: 'fm deploy staging\nfm promote production --from staging',
  },
  UPSTREAM_MISSING: {
    exit: 5,
    http: 409,
    title: 'The server does not know where to promote from',
    explanation:
      'On promotion a server pulls the release from the environment before it, whose address it has in `FM_UPSTREAM_URL` and `FM_UPSTREAM_KEY`. This one has none. Set both where the server runs, or promote from a place that has the address and key of both environments: then `fm promote` brings the release itself.',
    example: 'fm promote production --from staging',
  },
  DRIFT_FOUND: {
    exit: 1,
    http: 409,
    title: 'An environment has something else active than it should',
    explanation:
      'What is active in an environment is not what the environment before it has active, or, for the first one, not what the files are. Somebody may have deployed, promoted or rolled back since, or a promotion is due. Nothing was changed. The differences are printed with the command that brings both together.',
    example: 'fm drift production\nfm history --env production',
  },
  UNHEALTHY: {
    exit: 1,
    http: 503,
    title: 'An environment does not do all that it is for',
    explanation:
      'The verdict on the environment is `degraded` or `down`. Each cause is printed with what to do about it, the worst first. `down` means that runs are not executed at all; `degraded` that something has to be looked at.',
    example: 'fm health --env production\nfm workers list --env production',
  },
  RELEASE_FAILING: {
    exit: 1,
    http: 409,
    title: 'Too many runs of a release fail',
    explanation:
      'The release became active and its runs were watched with `--watch`. More of them failed than `--max-failure-rate` allows. It is still active, unless `--auto-rollback` was typed: then the release before is. Runs that had begun end on the release that they began with.',
    example: 'fm rollback --previous --env production\nfm runs list --env production --status failed',
  },
  UPSTREAM_FAILED: {
    exit: 7,
    http: 424,
    title: 'The server cannot read from the environment before it',
    explanation:
      'On promotion a server pulls the release from the environment before it, and that one could not be reached, did not take the key, is another one than was meant, took longer than 25 seconds for an answer, or answered something else than was asked. Redirects are not followed. Nothing was activated. Check `FM_UPSTREAM_URL` and `FM_UPSTREAM_KEY` where the server runs; the key needs the scope `releases:read`.',
    example: 'fm keys create production --scope releases:read --env staging',
  },
  OUTCOME_UNKNOWN: {
    exit: 7,
    http: 502,
    title: 'It is not known whether a release became active',
    explanation:
      'The release was sent to the server, and the answer did not come: the connection was lost, the server died, or its database was away. The release is active or it is not, never a part of it, and it may still become active. Look at the history of the environment. `fm deploy` and `fm promote` can be run again at any time; after a rollback look first, because `--previous` goes back once more.',
    example: 'fm history --env production',
  },
  SERVER_UNREACHABLE: {
    exit: 7,
    http: 502,
    title: 'The server cannot be reached',
    explanation:
      'The connection to the control plane could not be made, or was lost before the answer was there. A change may or may not have been made; running the command again does it at most once. Check the address and the network.',
    example: 'fm config explain staging.url',
  },
  ANSWER_INVALID: {
    exit: 7,
    http: 502,
    title: 'The answer is not that of a FlowMason server',
    explanation:
      'Something answered at the address, and not with what a control plane answers: a proxy, a sign-in page, or another program. The message shows how the answer began. Check the address.',
    example: 'fm config explain staging.url',
  },
} as const satisfies Record<string, CodeEntry>;
