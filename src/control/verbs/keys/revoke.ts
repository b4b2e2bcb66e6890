import * as v from 'valibot';
import type { RevokedKeyView } from '../../../core/api/administration.ts';
import { requireKey } from '../../keys/require.ts';
import { keyView } from '../../keys/view.ts';
import { change } from '../../verb.ts';

/** Takes a key out of use, everywhere within five seconds. Doing it twice is doing it once. */
export const revokeKey = change({
  summary: 'Take a key out of use',
  scope: 'admin',
  errors: ['NOT_FOUND'],
  input: v.strictObject({ id: v.string() }),
  async apply({ control, tx }, { id }): Promise<RevokedKeyView> {
    const { environment, clock } = control;
    await requireKey(tx, environment, id);
    const revoked = await tx.keys.revoke(id);
    return { ...keyView(await requireKey(tx, environment, id), clock.now()), revoked };
  },
  audit: (_, { id, name, revoked }) => (revoked ? { action: 'keys.revoke', target: id, details: { name } } : null),
});
