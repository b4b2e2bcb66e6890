import * as v from 'valibot';
import type { UnlockedView } from '../../../core/api/environment.ts';
import { firstSettings } from '../../environment/settings.ts';
import { QUERY_FLAG } from '../../schema/flag.ts';
import { change, requireScope } from '../../verb.ts';

/** Takes the lock away; somebody else's with `force` only. Doing it twice is doing it once. */
export const unlockEnvironment = change({
  summary: 'Unlock the environment',
  scope: 'deploy',
  errors: ['ENVIRONMENT_LOCKED'],
  input: v.strictObject({ force: v.optional(QUERY_FLAG, false) }),
  async apply({ control, caller, tx }, { force }): Promise<UnlockedView> {
    const { environment: name } = control;
    if (force) requireScope(caller.scopes.has('deploy:force') ? 'deploy:force' : 'admin', caller);
    await tx.environments.ensure(name, firstSettings(control));
    return { name, unlocked: await tx.environments.unlock(name, caller.actor, { force }) };
  },
  audit: ({ force }, { name, unlocked }) =>
    unlocked ? { action: 'environment.unlock', target: name, details: { force } } : null,
});
