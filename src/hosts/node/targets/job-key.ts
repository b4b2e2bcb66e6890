import { createClient, type Transport } from '../../../client/client.ts';
import { FlowMasonError, fail } from '../../../core/errors.ts';
import { own } from '../../../core/json.ts';
import type { Clock } from '../../../core/ports.ts';
import type { JobIdentity } from './job-identity.ts';

interface JobKeyOptions {
  readonly url: string;
  readonly environment: string;
  readonly transport: Transport;
  readonly clock: Pick<Clock, 'now'>;
}

/** A key is not used in its last minute. */
const MARGIN_MS = 60_000;

/**
 * A key of the server for the job's token: asked for once, and again before it ends. Throws FlowMasonError
 * `ID_TOKEN_MISSING`, `OIDC_…`, `SERVER_UNREACHABLE`, and what else the server answers.
 */
export function jobKey(identity: JobIdentity, options: JobKeyOptions): () => Promise<string> {
  const { url, environment, transport, clock } = options;
  let current: Promise<{ readonly key: string; readonly until: number }> | undefined;
  const exchange = async () => {
    const token = await tokenOf(identity, options);
    const client = createClient({ transport, url, environment });
    const asked = clock.now();
    const { key, created_at, expires_at } = await client.call('POST /auth/oidc', { token });
    // How long it lives, and not until when: the server's clock may be another.
    return { key: key ?? '', until: asked + (expires_at ?? created_at) - created_at - MARGIN_MS };
  };
  return async () => {
    const before = current;
    if (before) {
      const { key, until } = await before;
      if (clock.now() < until) return key;
    }
    // Whoever came first has begun to ask by now.
    if (current === before) {
      current = exchange();
      current.catch(() => {
        current = undefined;
      });
    }
    return (await current)?.key ?? '';
  };
}

async function tokenOf(identity: JobIdentity, { environment, transport }: JobKeyOptions): Promise<string> {
  if (identity.from === 'FM_ID_TOKEN') return identity.token;
  const url = new URL(identity.url);
  url.searchParams.set('audience', `flowmason:${environment}`);
  const headers = { authorization: `Bearer ${identity.bearer}`, accept: 'application/json' };
  try {
    const response = await transport(new Request(url, { headers }));
    const value = response.ok ? own((await response.json()) as object, 'value') : undefined;
    if (typeof value === 'string') return value;
    return noToken(`it answered ${response.status}`);
  } catch (error) {
    if (error instanceof FlowMasonError && error.code === 'ID_TOKEN_MISSING') throw error;
    return noToken(error instanceof Error ? error.message : String(error), error);
  }
}

function noToken(why: string, cause?: unknown): never {
  fail('ID_TOKEN_MISSING', `GitHub Actions gave no identity token for this job: ${why}`, {
    hint: 'Give the job `permissions: id-token: write`, or set a key.',
    cause,
  });
}
