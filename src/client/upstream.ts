import type { PipelineFile } from '../core/api/deployment.ts';
import { FlowMasonError } from '../core/errors.ts';
import type { Upstream } from '../core/upstream.ts';
import type { Client } from './client.ts';

/** Digests that one call asks for. */
const BATCH = 1_000;

/** The environment at the other end of a client, as one that releases are promoted from. */
export function upstreamOf(client: Client, environment: string): Upstream {
  return {
    environment,
    async active(project) {
      return (await client.call('GET /releases/active', { project })).releases;
    },
    async release(digest) {
      try {
        return await client.call('GET /releases/:digest', { digest });
      } catch (error) {
        if (error instanceof FlowMasonError && error.code === 'NOT_FOUND') return undefined;
        throw error;
      }
    },
    async pipelines(digests) {
      const found: PipelineFile[] = [];
      for (let wanted = [...digests]; wanted.length > 0; ) {
        const { pipelines, left } = await client.call('POST /pipelines/content', { digests: wanted.slice(0, BATCH) });
        found.push(...pipelines);
        wanted = [...left, ...wanted.slice(BATCH)];
      }
      return found;
    },
  };
}
