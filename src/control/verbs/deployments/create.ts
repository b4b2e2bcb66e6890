import * as v from 'valibot';
import type { DeployedView } from '../../../core/api/deployment.ts';
import { fail } from '../../../core/errors.ts';
import { DIGEST_TEXT } from '../../../core/release/manifest-schema.ts';
import { deploymentAudit } from '../../release/activate-release.ts';
import { APPLY_ERRORS, type Applied, applyPlan } from '../../release/apply-plan.ts';
import { checkRelease, requireUploaded, storedRelease } from '../../release/check-release.ts';
import { planContent, whoWishes } from '../../release/prepare-plan.ts';
import { requirePlan } from '../../release/require-plan.ts';
import { readSecrets } from '../../release/target-state.ts';
import { APPLY, FLAG, PLAN_ID } from '../../schema/release.ts';
import { type Call, change } from '../../verb.ts';

const INPUT = v.strictObject({
  plan: PLAN_ID,
  /** As it was shown; another one is refused. */
  hash: v.optional(DIGEST_TEXT),
  ...APPLY,
  /** The plan was kept in a file and looked at: when something else is active by now, it is stale. */
  saved: FLAG,
});

/** Applies a plan: exactly what it showed, or nothing (DEPLOYMENT.md 4.2, 4.3). */
export const createDeployment = change({
  summary: 'Apply a plan: make its release the active one',
  scope: 'deploy',
  errors: ['NOT_FOUND', 'PLAN_STALE', ...APPLY_ERRORS, 'SOURCE_REFUSED', 'PIPELINES_MISSING'],
  example: { plan: '6f1c2d9a', message: 'Ship it', commit: '4b825dc642cb6eb9a060e54bf8d69288fbee4904' },
  input: INPUT,
  prepare: prepare,
  async apply({ control, tx }, _, applied): Promise<DeployedView> {
    return applyPlan(tx, control, applied);
  },
  audit: (_, { deployment, done }) => (done ? deploymentAudit(deployment) : null),
});

async function prepare({ control, caller }: Call, input: v.InferOutput<typeof INPUT>): Promise<Applied> {
  const { force, again, saved, message, commit, commit_author } = input;
  const plan = await requirePlan(control, input.plan);
  if (input.hash !== undefined && input.hash !== plan.hash) {
    fail('PLAN_STALE', `The plan ${plan.id} is not the one that was shown: its hash is ${plan.hash}`, {
      hint: 'Make a new plan, and look at it.',
      details: { expected: input.hash, found: plan.hash },
    });
  }
  const { view, consent } = planContent(plan);
  const release = await storedRelease(control.store, plan.release);
  const { missing, checked } = await checkRelease(control, release);
  requireUploaded(release, missing);
  return {
    view,
    // Nothing is missing.
    checked: checked ?? fail('INTERNAL', `Release ${plan.release} was not checked`),
    secrets: await readSecrets(control, release),
    wish: { kind: view.kind, origin: view.origin, force, again, ...whoWishes(caller) },
    consent: [...consent, ...input.consent],
    saved,
    said: { message, commit, commit_author },
  };
}
