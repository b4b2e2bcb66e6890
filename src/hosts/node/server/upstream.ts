import { createClient } from '../../../client/client.ts';
import { upstreamOf } from '../../../client/upstream.ts';
import { FlowMasonError } from '../../../core/errors.ts';
import type { Upstream } from '../../../core/upstream.ts';
import { serverTransport } from '../targets/server-transport.ts';
import type { UpstreamSettings } from './settings.ts';

/**
 * Milliseconds for each of the three questions of a promotion, further tries included: all of them fit into the time
 * that whoever promotes waits for an answer.
 */
const WITHIN = 25_000;
/** Characters of what the other server said. */
const SHOWN = 500;

export interface OpenedUpstream extends Upstream {
  close(): Promise<void>;
}

/**
 * The environment before this one, by its address. Nothing is sent before the first question. Throws FlowMasonError
 * `UPSTREAM_FAILED` for whatever keeps it from being read within `within` milliseconds, so that nobody takes its refusal
 * for one of this server.
 */
export function openUpstream(
  { environment, url, key }: UpstreamSettings,
  own: string,
  within: number = WITHIN,
): OpenedUpstream {
  const transport = serverTransport();
  const late = (): AbortSignal => AbortSignal.timeout(within);
  const upstream = upstreamOf(createClient({ transport, url, key, environment }), environment, late);
  const read = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      const { code, message } = reasonOf(error, within);
      throw new FlowMasonError(
        'UPSTREAM_FAILED',
        `${own} cannot read from ${environment}: ${message.slice(0, SHOWN)}`,
        {
          hint: `Check FM_UPSTREAM_URL and FM_UPSTREAM_KEY where ${own} runs, and that ${environment} answers: fm env show ${environment}`,
          details: { upstream: environment, code },
          cause: error,
        },
      );
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

/** Throws what is no failure of the other server. */
function reasonOf(error: unknown, within: number): { readonly code: string; readonly message: string } {
  if (error instanceof FlowMasonError) return error;
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return { code: 'SERVER_UNREACHABLE', message: `it has not answered whole in ${within / 1_000} s` };
  throw error;
}
