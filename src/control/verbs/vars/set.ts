import * as v from 'valibot';
import type { VarRevision } from '../../../core/api/administration.ts';
import { fail } from '../../../core/errors.ts';
import type { Json } from '../../../core/json.ts';
import { VAR_NAME } from '../../schema/var-name.ts';
import { change } from '../../verb.ts';

/** Units of a value's JSON: each run keeps the variables that it began with. */
const LONGEST = 100_000;

const VALUE = v.pipe(
  // Bodies are JSON, and so is every member of one.
  v.custom<Json>((value) => value !== undefined, 'Expected a value'),
  v.check((value) => JSON.stringify(value).length <= LONGEST, `Expected JSON of at most ${LONGEST} characters`),
);

/** Sets a variable for runs that begin from now on. */
export const setVar = change({
  summary: 'Set a variable',
  scope: 'admin',
  errors: ['CHANGED_MEANWHILE', 'ALREADY_EXISTS'],
  input: v.strictObject({
    name: VAR_NAME,
    value: VALUE,
    /** What was read before, 0 for none: with it nobody's change is overwritten unseen. */
    revision: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  }),
  example: { name: 'region', value: 'eu' },
  async apply({ control, caller, tx }, { name, value, revision }): Promise<VarRevision> {
    const { environment } = control;
    if (Object.hasOwn(control.vars, name)) {
      fail('ALREADY_EXISTS', `The variable ${name} is set by the host itself, and that value wins`, {
        hint: `Change it there: environments.${environment}.vars of flowmason.json.`,
      });
    }
    await tx.audit.alone();
    return { name, revision: await tx.vars.set({ environment, name, actor: caller.actor, revision }, value) };
  },
  audit: ({ name, value }, { revision }) => ({ action: 'vars.set', target: name, details: { value, revision } }),
});
