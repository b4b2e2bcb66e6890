import * as v from 'valibot';
import type { PutEvidence } from '../../../core/api/deployment.ts';
import { DIGEST_TEXT } from '../../../core/release/manifest-schema.ts';
import { storedRelease } from '../../release/check-release.ts';
import { REMOVALS } from '../../release/target-state.ts';
import { EVIDENCE_CONTENT, EVIDENCE_KIND } from '../../schema/promote.ts';
import { change } from '../../verb.ts';

const KIND = v.pipe(
  EVIDENCE_KIND,
  v.check((kind) => kind !== REMOVALS, `Consent to ${REMOVALS} is given when a plan is applied`),
);

/** Keeps what is known of a stored release, e.g. that its tests passed. The newest of each kind counts. */
export const putEvidence = change({
  summary: 'Record evidence for a release',
  scope: 'deploy',
  errors: ['NOT_FOUND'],
  example: {
    release: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    kind: 'tests',
    content: { passed: 12, failed: 0 },
  },
  input: v.pipe(
    v.strictObject({ release: DIGEST_TEXT, kind: KIND, content: EVIDENCE_CONTENT }),
    v.forward(
      v.check(
        ({ kind, content }) => kind !== 'tests' || !(Number(content.failed) > 0),
        'Tests that failed prove nothing: `failed` has to be 0',
      ),
      ['content'],
    ),
  ),
  async apply({ caller, tx }, { release, kind, content }): Promise<PutEvidence> {
    await storedRelease(tx, release);
    await tx.evidence.put(release, kind, content, caller.actor);
    return { release, kind };
  },
  audit: ({ content }, { release, kind }) => ({ action: 'evidence.put', target: release, details: { kind, content } }),
});
