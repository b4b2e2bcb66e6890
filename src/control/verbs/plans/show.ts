import * as v from 'valibot';
import type { PlanView } from '../../../core/api/deployment.ts';
import { planView } from '../../release/prepare-plan.ts';
import { requirePlan } from '../../release/require-plan.ts';
import { PLAN_ID } from '../../schema/release.ts';
import { query } from '../../verb.ts';

/** A plan as it was shown when it was made. */
export const showPlan = query({
  summary: 'Show a plan that was kept',
  scope: 'releases:read',
  errors: ['NOT_FOUND'],
  input: v.strictObject({ id: PLAN_ID }),
  async run({ control }, { id }): Promise<PlanView> {
    return planView(await requirePlan(control, id));
  },
});
