import * as v from 'valibot';
import type { EnvironmentView } from '../../../core/api/environment.ts';
import { firstSettings } from '../../environment/settings.ts';
import { environmentView } from '../../environment/view.ts';
import { ENDS, endOf } from '../../schema/time.ts';
import { change } from '../../verb.ts';

/** Keeps everybody else from deploying here (DEPLOYMENT.md 4.12); who holds the lock renews it so. */
export const lockEnvironment = change({
  summary: 'Lock the environment: nobody else deploys to it',
  scope: 'deploy',
  errors: ['ENVIRONMENT_LOCKED'],
  input: v.strictObject({
    reason: v.pipe(v.string(), v.trim(), v.minLength(1, 'Expected a reason'), v.maxLength(500)),
    ...ENDS,
  }),
  example: { reason: 'the database is being moved' },
  async apply({ control, caller, tx }, { reason, ...ends }): Promise<EnvironmentView> {
    const { environment, clock } = control;
    const expires_at = endOf(ends, clock.now()) ?? null;
    await tx.environments.ensure(environment, firstSettings(control));
    const locked = await tx.environments.lock(environment, { holder: caller.actor, reason, expires_at });
    return environmentView(control, locked);
  },
  audit: ({ reason }, { name, lock }) => ({
    action: 'environment.lock',
    target: name,
    details: { reason, expires_at: lock?.expires_at ?? null },
  }),
});
