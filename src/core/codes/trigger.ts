import type { CodeEntry } from './entry.ts';

/** Codes of what starts runs by itself. */
export const TRIGGER_CODES = {
  HOOK_SIGNATURE: {
    exit: 6,
    http: 401,
    title: 'The call of a webhook is not signed rightly',
    explanation:
      'The pipeline says how senders prove themselves, and this call has no signature, a wrong one, or one that is too old. It is the same answer whatever is wrong. The signature is over the bytes of the body as they were sent: compare the shared secret on both sides, and look for a proxy that writes the body anew. Of a header that is sent twice nobody can tell which one counts.',
  },
  HOOK_UNAVAILABLE: {
    exit: 7,
    http: 503,
    title: 'The signature of a webhook cannot be checked',
    explanation:
      'The server that was called does not have the secret that signs the calls, so it can neither take nor refuse this one. Set the secret for `fm serve` as for the workers. Servers on Cloudflare, Lambda, Deno and Bun read no secrets: send signed webhooks to a server on Node.',
  },
  TRIGGER_PAUSED: {
    exit: 5,
    http: 503,
    title: 'The trigger is paused',
    explanation:
      'Somebody has paused the webhook in this environment, so the call starts nothing. Senders that try again may be taken later. `fm triggers resume` lets it start runs again.',
    example: 'fm triggers resume orders:paid --env production',
  },
  TRIGGER_AMBIGUOUS: {
    exit: 2,
    http: 422,
    title: 'Several triggers have this name',
    explanation:
      'Ids of triggers are unique in their pipeline only. Write the pipeline in front of the id, with a colon: `PIPELINE:ID`. The message lists them.',
    example: 'fm triggers pause orders:nightly --env production',
  },
} as const satisfies Record<string, CodeEntry>;
