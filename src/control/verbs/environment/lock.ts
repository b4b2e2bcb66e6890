import * as v from 'valibot';
import type { EnvironmentView } from '../../../core/api/environment.ts';
import { firstSettings } from '../../environment/settings.ts';
import { environmentView } from '../../environment/view.ts';
import { requireFuture, TIME } from '../../schema/time.ts';
import { change } from '../../verb.ts';

/** Keeps everybody else from deploying here (DEPLOYMENT.md 4.12); who holds the lock renews it so. */
export const lockEnvironment = change({
  summary: 'Lock the environment: nobody else deploys to it',
  scope: 'deploy',
  errors: ['ENVIRONMENT_LOCKED'],
  input: v.strictObject({
    reason: v.pipe(v.string(), v.trim(), v.minLength(1, 'Expected a reason'), v.maxLength(500)),
    expires_at: v.optional(v.nullable(TIME)),
  }),
  example: { reason: 'the database is being moved' },
  async apply({ control, caller, tx }, { reason, expires_at = null }): Promise<EnvironmentView> {
    const { environment, clock } = control;
    requireFuture('expires_at', expires_at, clock.now());
    await tx.environments.ensure(environment, firstSettings(control));
    const locked = await tx.environments.lock(environment, { holder: caller.actor, reason, expires_at });
    return environmentView(control, locked);
  },
  audit: ({ reason, expires_at = null }, { name }) => ({
    action: 'environment.lock',
    target: name,
    details: { reason, expires_at },
  }),
});
