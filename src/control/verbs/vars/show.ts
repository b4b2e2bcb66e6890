import * as v from 'valibot';
import type { VarView } from '../../../core/api/administration.ts';
import { fail } from '../../../core/errors.ts';
import { VAR_NAME } from '../../schema/var-name.ts';
import { varView } from '../../vars/view.ts';
import { query } from '../../verb.ts';

export const showVar = query({
  summary: 'Show a variable',
  scope: 'deploy',
  errors: ['NOT_FOUND'],
  input: v.strictObject({ name: VAR_NAME }),
  async run({ control }, { name }): Promise<VarView> {
    const { store, environment } = control;
    const found = (await store.vars.list(environment)).find((stored) => stored.name === name);
    if (found) return varView(found);
    fail('NOT_FOUND', `The variable ${name} has no value in ${environment}`, { hint: `fm vars set ${name}=VALUE` });
  },
});
