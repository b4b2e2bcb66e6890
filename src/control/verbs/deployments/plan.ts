import * as v from 'valibot';
import type { PlanView } from '../../../core/api/deployment.ts';
import { DIGEST_TEXT } from '../../../core/release/manifest-schema.ts';
import { nameRelease, storedRelease } from '../../release/check-release.ts';
import { keepPlanned, type PreparedPlan, preparePlan, storePlan } from '../../release/prepare-plan.ts';
import { promotedRelease } from '../../release/promoted-release.ts';
import { PROMOTE } from '../../schema/promote.ts';
import { FLAG, MANIFEST } from '../../schema/release.ts';
import { type Call, change } from '../../verb.ts';

const INPUT = v.pipe(
  v.strictObject({
    manifest: v.optional(MANIFEST),
    /** The digest that the manifest is meant to have. */
    digest: v.optional(DIGEST_TEXT),
    /** A stored release, in place of a manifest. */
    release: v.optional(DIGEST_TEXT),
    /** What comes from the environment before this one. */
    promote: v.optional(PROMOTE),
    dry_run: FLAG,
    prune: FLAG,
    force: FLAG,
    again: FLAG,
  }),
  v.check(
    ({ manifest, release, promote }) =>
      [manifest, release, promote].filter((choice) => choice !== undefined).length === 1,
    'Expected exactly one of `manifest`, `release` and `promote`',
  ),
);

/** Shows what a deployment would do, and keeps that as a plan to apply (DEPLOYMENT.md 4.1). */
export const planDeployment = change({
  summary: 'Plan a deployment: what would change, and everything that stands in its way',
  scope: 'deploy',
  errors: [
    'PIPELINES_MISSING',
    'RELEASE_INVALID',
    'RELEASE_MISMATCH',
    'NOT_FOUND',
    'UPSTREAM_MISSING',
    'UPSTREAM_FAILED',
    'SOURCE_REFUSED',
    'SOURCE_MOVED',
    'NEVER_ACTIVE',
    'USAGE',
  ],
  example: { release: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', dry_run: true },
  input: INPUT,
  repeatable: ({ dry_run }) => dry_run,
  async prepare(call, input): Promise<PreparedPlan> {
    const { control, caller } = call;
    if (input.promote) {
      const promoted = await promotedRelease(control, input.promote, caller.actor);
      return preparePlan(call, promoted, { ...input, kind: 'promote' }, promoted);
    }
    return preparePlan(call, await named(call, input), { ...input, kind: kindIn(call) });
  },
  async apply({ control, caller, tx }, { dry_run }, { view, checked, promoted, consent }): Promise<PlanView> {
    if (dry_run || !checked) return { ...view, id: null, expires_at: null };
    await keepPlanned(tx, checked, promoted);
    return storePlan(tx, control, caller, view, consent);
  },
});

async function named({ control }: Call, { manifest, digest, release }: v.InferOutput<typeof INPUT>) {
  return release === undefined ? nameRelease(manifest, digest) : storedRelease(control.store, release);
}

/** What is brought to an org is pushed, what is brought to a server deployed. */
function kindIn({ control }: Call): 'push' | 'deploy' {
  return control.kind === 'org' ? 'push' : 'deploy';
}
