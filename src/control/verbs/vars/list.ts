import * as v from 'valibot';
import type { VarList } from '../../../core/api/administration.ts';
import { pageOf } from '../../schema/page.ts';
import { LIMIT } from '../../schema/query.ts';
import { varView } from '../../vars/view.ts';
import { query } from '../../verb.ts';

export const listVars = query({
  summary: 'List the variables with their values',
  scope: 'deploy',
  input: v.strictObject({ limit: LIMIT, after: v.optional(v.string()) }),
  async run({ control }, page): Promise<VarList> {
    const { entries, next } = pageOf(await control.store.vars.list(control.environment), page, ({ name }) => name);
    return { vars: entries.map(varView), next };
  },
});
