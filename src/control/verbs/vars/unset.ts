import * as v from 'valibot';
import type { RemovedVar } from '../../../core/api/administration.ts';
import { whole } from '../../schema/query.ts';
import { VAR_NAME } from '../../schema/var-name.ts';
import { change } from '../../verb.ts';

/** Removes a variable; runs that have begun keep their value. Doing it twice is doing it once. */
export const unsetVar = change({
  summary: 'Remove a variable',
  scope: 'admin',
  errors: ['CHANGED_MEANWHILE'],
  input: v.strictObject({ name: VAR_NAME, revision: v.optional(whole(0, Number.MAX_SAFE_INTEGER)) }),
  async apply({ control, caller, tx }, { name, revision }): Promise<RemovedVar> {
    const { environment } = control;
    await tx.audit.alone();
    return { name, removed: await tx.vars.unset({ environment, name, actor: caller.actor, revision }) };
  },
  audit: ({ name }, { removed }) => (removed ? { action: 'vars.unset', target: name } : null),
});
