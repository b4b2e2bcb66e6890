import * as v from 'valibot';
import type { ActiveReleaseView, PipelineFile, ReleaseView } from '../core/api/deployment.ts';
import { FlowMasonError, fail } from '../core/errors.ts';
import { DIGEST_TEXT } from '../core/release/manifest-schema.ts';
import type { Upstream } from '../core/upstream.ts';
import type { Client } from './client.ts';

/** Digests that one call asks for. */
const BATCH = 1_000;

/** What is read of an answer; a newer server may say more. */
const ACTIVE = v.object({
  releases: v.array(
    v.looseObject({
      project: v.string(),
      digest: DIGEST_TEXT,
      version: v.string(),
      number: v.number(),
      activated_at: v.number(),
    }),
  ),
});
const RELEASE = v.looseObject({
  digest: DIGEST_TEXT,
  manifest: v.looseObject({}),
  evidence: v.array(v.looseObject({ kind: v.string(), content: v.unknown(), actor: v.string() })),
  deployment: v.nullable(v.number()),
});
const CONTENT = v.object({
  pipelines: v.array(v.looseObject({ digest: DIGEST_TEXT, name: v.string(), text: v.string() })),
  left: v.array(DIGEST_TEXT),
});

/**
 * The environment at the other end of a client, as one that releases are promoted from. `within` gives each of the three
 * questions its end. Throws also FlowMasonError `ANSWER_INVALID` for what does not answer the question.
 */
export function upstreamOf(client: Client, environment: string, within?: () => AbortSignal): Upstream {
  return {
    environment,
    async active(project) {
      const answer = await client.call('GET /releases/active', { project }, { signal: within?.() });
      requireShape(ACTIVE, answer, environment);
      const { releases } = answer;
      return project === undefined ? releases : releases.filter((release) => release.project === project);
    },
    async release(digest) {
      try {
        const answer = await client.call('GET /releases/:digest', { digest }, { signal: within?.() });
        requireShape(RELEASE, answer, environment);
        return answer;
      } catch (error) {
        if (error instanceof FlowMasonError && error.code === 'NOT_FOUND') return undefined;
        throw error;
      }
    },
    async pipelines(digests) {
      const signal = within?.();
      const found: PipelineFile[] = [];
      for (let wanted = new Set(digests); wanted.size > 0; ) {
        const asked = [...wanted].slice(0, BATCH);
        const answer = await client.call('POST /pipelines/content', { digests: asked }, { signal });
        requireShape(CONTENT, answer, environment);
        const left = new Set(answer.left.filter((digest) => wanted.has(digest)));
        if (left.size >= asked.length)
          fail('ANSWER_INVALID', `${environment} was asked for ${asked.length} pipelines, and left them all for later`);
        found.push(...answer.pipelines.filter(({ digest }) => wanted.has(digest)));
        wanted = new Set([...left, ...[...wanted].slice(BATCH)]);
      }
      return found;
    },
  };
}

type Answer = { readonly releases: readonly ActiveReleaseView[] } | ReleaseView | { readonly left: readonly string[] };

function requireShape(schema: v.GenericSchema, answer: Answer, environment: string): void {
  const { issues } = v.safeParse(schema, answer);
  if (!issues) return;
  const [{ path, message }] = issues;
  const place = (path ?? []).map(({ key }) => String(key)).join('.');
  fail('ANSWER_INVALID', `${environment} did not answer what was asked: ${place || 'the answer'}: ${message}`, {
    hint: 'Check that the address is that of a control plane, and that both servers are of versions that fit together.',
  });
}
