import { fail } from '../../core/errors.ts';
import type { StoredPlan } from '../../store/plans.ts';
import type { ControlPlane } from '../control.ts';

/** A plan of this environment that can still be applied. Throws FlowMasonError `NOT_FOUND`. */
export async function requirePlan({ store, environment }: ControlPlane, id: string): Promise<StoredPlan> {
  const plan = await store.plans.get(id);
  if (plan?.environment === environment) return plan;
  return fail('NOT_FOUND', `${environment} has no plan ${id}: plans are kept for seven days`, {
    hint: 'Make a new plan, and look at it.',
  });
}
