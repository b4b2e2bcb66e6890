import * as v from 'valibot';
import type { NewKeyView } from '../../../core/api/administration.ts';
import { fail } from '../../../core/errors.ts';
import { SCOPES } from '../../control.ts';
import { issueKey, withoutKey } from '../../keys/issue.ts';
import { isLive } from '../../keys/live.ts';
import { ENDS, endOf } from '../../schema/time.ts';
import { change } from '../../verb.ts';

const NAME = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9](?:[\w.@-]{0,62}[A-Za-z0-9])?$/, 'Expected 1 to 64 letters, digits, `-`, `.`, `_` and `@`'),
);

/** Makes a key. A name has one key at a time, because history and audit know who did something by the name. */
export const createKey = change({
  summary: 'Make a key, which is shown this once',
  scope: 'admin',
  errors: ['ALREADY_EXISTS'],
  input: v.strictObject({
    name: NAME,
    scopes: v.pipe(v.array(v.picklist(SCOPES)), v.minLength(1), v.maxLength(SCOPES.length)),
    ...ENDS,
  }),
  example: { name: 'ci', scopes: ['deploy', 'releases:read'] },
  status: 201,
  async apply({ control, caller, tx }, { name, scopes, ...ends }): Promise<NewKeyView> {
    const now = control.clock.now();
    const expires_at = endOf(ends, now);
    await tx.audit.alone();
    const taken = (await tx.keys.list(control.environment)).find((key) => key.name === name && isLive(key, now));
    if (taken || name === RESERVED) {
      fail('ALREADY_EXISTS', `There is a key ${name} of ${control.environment} already`, {
        hint: taken ? `fm keys rotate ${taken.id}, or choose another name` : 'Choose another name.',
        details: { id: taken?.id ?? null },
      });
    }
    const issued = {
      name,
      scopes: SCOPES.filter((scope) => scopes.includes(scope)),
      actor: caller.actor,
      expires_at: expires_at ?? undefined,
    };
    return issueKey(control, tx, issued);
  },
  kept: withoutKey,
  audit: (_, { id, name, scopes, expires_at }) => ({
    action: 'keys.create',
    target: id,
    details: { name, scopes: [...scopes], expires_at },
  }),
});

/** Who calls with FM_BOOTSTRAP_KEY. */
const RESERVED = 'bootstrap';
