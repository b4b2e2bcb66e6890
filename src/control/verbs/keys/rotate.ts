import * as v from 'valibot';
import type { RotatedKeyView } from '../../../core/api/administration.ts';
import { fail } from '../../../core/errors.ts';
import { SCOPES } from '../../control.ts';
import { issueKey, withoutKey } from '../../keys/issue.ts';
import { isLive } from '../../keys/live.ts';
import { requireKey } from '../../keys/require.ts';
import { ENDS, endOf } from '../../schema/time.ts';
import { change } from '../../verb.ts';

const DAY_MS = 86_400_000;
const LONGEST_OVERLAP = 30 * DAY_MS;

/** A new key with the name and scopes of another, and the end of that one after the time it takes to replace it. */
export const rotateKey = change({
  summary: 'Replace a key: both may be used for a while',
  scope: 'admin',
  errors: ['NOT_FOUND'],
  input: v.strictObject({
    id: v.string(),
    /** Milliseconds that the old one may still be used for. */
    overlap: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(LONGEST_OVERLAP)), DAY_MS),
    /** Without them the new key lives as long as the old one was to. */
    ...ENDS,
  }),
  example: { id: 'abcd2345', overlap: DAY_MS },
  status: 201,
  async apply({ control, caller, tx }, { id, overlap, ...ends }): Promise<RotatedKeyView> {
    const now = control.clock.now();
    const wanted = endOf(ends, now);
    await tx.audit.alone();
    const old = await requireKey(tx, control.environment, id);
    if (!isLive(old, now)) {
      fail('NOT_FOUND', `The key ${id} (${old.name}) may not be used any more, so there is nothing to replace`, {
        hint: `fm keys create ${old.name} --scope ${old.scopes.join(' --scope ')}`,
      });
    }
    await tx.keys.expire(id, now + overlap);
    const { expires_at } = await requireKey(tx, control.environment, id);
    const lifetime = old.expires_at === null ? undefined : now + old.expires_at - old.created_at;
    const scopes = SCOPES.filter((scope) => old.scopes.includes(scope));
    const issued = {
      name: old.name,
      scopes,
      actor: caller.actor,
      expires_at: wanted === null ? undefined : (wanted ?? lifetime),
    };
    return { ...(await issueKey(control, tx, issued)), replaces: { id, expires_at: expires_at ?? now } };
  },
  kept: withoutKey,
  audit: (_, { id, name, replaces, expires_at }) => ({
    action: 'keys.rotate',
    target: replaces.id,
    details: { name, by: id, until: replaces.expires_at, expires_at },
  }),
});
