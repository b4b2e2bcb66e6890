import type { ControlPlane } from '../../../control/control.ts';
import { issueKey } from '../../../control/keys/issue.ts';
import { isLive } from '../../../control/keys/live.ts';

/** Who made the key that a server was first administered with. */
const ACTOR = 'first start';

/** Whether somebody has a key that can administer the environment. */
export async function hasAdmin({ store, environment, clock }: ControlPlane): Promise<boolean> {
  const keys = await store.keys.list(environment);
  return keys.some((key) => key.scopes.includes('admin') && isLive(key, clock.now()));
}

/** Makes a key that can; answers the whole of it, which nobody can show again. */
export async function makeFirstKey(control: ControlPlane): Promise<string> {
  return control.store.transaction(async (tx) => {
    const issued = { name: 'admin', scopes: ['admin' as const], actor: ACTOR, expires_at: undefined };
    const { id, name, scopes, key } = await issueKey(control, tx, issued);
    await tx.audit.append({ actor: ACTOR, action: 'keys.create', target: id, details: { name, scopes: [...scopes] } });
    return key ?? '';
  });
}
