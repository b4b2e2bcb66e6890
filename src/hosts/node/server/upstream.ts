import { createClient } from '../../../client/client.ts';
import { upstreamOf } from '../../../client/upstream.ts';
import { FlowMasonError } from '../../../core/errors.ts';
import type { Upstream } from '../../../core/upstream.ts';
import { serverTransport } from '../targets/server-transport.ts';
import type { UpstreamSettings } from './settings.ts';

/** What is wrong between the two servers, and no business of whoever promotes. */
const BETWEEN: ReadonlySet<string> = new Set([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'ENVIRONMENT_MISMATCH',
  'RATE_LIMITED',
  'SERVER_UNREACHABLE',
  'ANSWER_INVALID',
]);

/**
 * The environment before this one, by its address. Nothing is sent before the first question. Throws FlowMasonError
 * `UPSTREAM_FAILED` when it cannot be read, so that nobody takes its refusal for one of this server.
 */
export function openUpstream(
  { environment, url, key }: UpstreamSettings,
  own: string,
): Upstream & { close(): Promise<void> } {
  const transport = serverTransport();
  const upstream = upstreamOf(createClient({ transport, url, key, environment }), environment);
  const read = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof FlowMasonError) || !BETWEEN.has(error.code)) throw error;
      throw new FlowMasonError('UPSTREAM_FAILED', `${own} cannot read from ${environment}: ${error.message}`, {
        hint: `Check FM_UPSTREAM_URL and FM_UPSTREAM_KEY where ${own} runs`,
        details: { upstream: environment, code: error.code },
        cause: error,
      });
    }
  };
  return {
    environment,
    active: (project) => read(upstream.active(project)),
    release: (digest) => read(upstream.release(digest)),
    pipelines: (digests) => read(upstream.pipelines(digests)),
    close: () => transport.close(),
  };
}
