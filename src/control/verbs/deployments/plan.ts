import * as v from 'valibot';
import type { PlanView } from '../../../core/api/deployment.ts';
import { DIGEST_TEXT } from '../../../core/release/manifest-schema.ts';
import { keepRelease, nameRelease, storedRelease } from '../../release/check-release.ts';
import { type PreparedPlan, preparePlan, storePlan } from '../../release/prepare-plan.ts';
import { FLAG, MANIFEST } from '../../schema/release.ts';
import { type Call, change } from '../../verb.ts';

const INPUT = v.pipe(
  v.strictObject({
    manifest: v.optional(MANIFEST),
    /** The digest that the manifest is meant to have. */
    digest: v.optional(DIGEST_TEXT),
    /** A stored release, in place of a manifest. */
    release: v.optional(DIGEST_TEXT),
    dry_run: FLAG,
    prune: FLAG,
    force: FLAG,
    again: FLAG,
  }),
  v.check(
    ({ manifest, release }) => (manifest === undefined) !== (release === undefined),
    'Expected either `manifest` or `release`',
  ),
);

/** Shows what a deployment would do, and keeps that as a plan to apply (DEPLOYMENT.md 4.1). */
export const planDeployment = change({
  summary: 'Plan a deployment: what would change, and everything that stands in its way',
  scope: 'deploy',
  input: INPUT,
  repeatable: ({ dry_run }) => dry_run,
  async prepare(call, input): Promise<PreparedPlan> {
    return preparePlan(call, await named(call, input), { ...input, origin: null, consented: [], kind: kindIn(call) });
  },
  async apply({ control, caller, tx }, { dry_run }, { view, checked, consent }): Promise<PlanView> {
    if (dry_run || !checked) return { ...view, id: null, expires_at: null };
    await keepRelease(tx, checked);
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
