import * as v from 'valibot';
import type { PromotionView } from '../../../core/api/deployment.ts';
import { deploymentAudit } from '../../release/activate-release.ts';
import { APPLY_ERRORS, applyPlan } from '../../release/apply-plan.ts';
import { keepPlanned, preparePlan, whoWishes } from '../../release/prepare-plan.ts';
import { promotedRelease } from '../../release/promoted-release.ts';
import { PROMOTE } from '../../schema/promote.ts';
import { APPLY, FLAG } from '../../schema/release.ts';
import { change } from '../../verb.ts';

/** Plans a promotion and applies the plan, in one step. In two: `POST /deployments/plan` with `promote`, then apply. */
export const createPromotion = change({
  summary: 'Promote a release from the environment before this one',
  scope: 'deploy',
  errors: [
    'UPSTREAM_MISSING',
    'UPSTREAM_FAILED',
    'SOURCE_REFUSED',
    'SOURCE_MOVED',
    'NEVER_ACTIVE',
    ...APPLY_ERRORS,
    'PIPELINES_MISSING',
    'RELEASE_INVALID',
    'RELEASE_MISMATCH',
    'NOT_FOUND',
    'USAGE',
  ],
  example: { promote: { project: 'shop' }, message: 'Tested in staging' },
  input: v.strictObject({ promote: v.optional(PROMOTE, {}), dry_run: FLAG, prune: FLAG, ...APPLY }),
  repeatable: ({ dry_run }) => dry_run,
  async prepare(call, input) {
    const promoted = await promotedRelease(call.control, input.promote, call.caller.actor);
    return preparePlan(call, promoted, { ...input, kind: 'promote' }, promoted);
  },
  async apply({ control, caller, tx }, input, prepared): Promise<PromotionView> {
    const { view, checked, promoted, secrets, consent } = prepared;
    const plan = { ...view, id: null, expires_at: null };
    if (input.dry_run || !checked) return { plan, deployment: null, done: false };
    await keepPlanned(tx, checked, promoted);
    const { force, again, message, commit, commit_author } = input;
    const deployed = await applyPlan(tx, control, {
      view,
      checked,
      secrets,
      wish: { kind: 'promote', origin: view.origin, force, again, ...whoWishes(caller) },
      consent: [...consent, ...input.consent],
      saved: false,
      said: { message, commit, commit_author },
    });
    return { plan, ...deployed };
  },
  audit: (_, { deployment, done }) => (deployment && done ? deploymentAudit(deployment) : null),
});
