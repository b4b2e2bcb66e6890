import { KEY_BYTES, makeAccessKey } from '../../src/core/access-key.ts';
import { randomBytes } from '../../src/hosts/node/random.ts';
import type { Store } from '../../src/store/store.ts';

/** Keys of `staging` that may start runs and look at deployments: each of them fifty times a second. */
export async function makeKeys({ keys }: Store, count: number): Promise<string[]> {
  const made: string[] = [];
  for (let i = 0; i < count; i++) {
    const { id, environment, key } = makeAccessKey('staging', randomBytes(KEY_BYTES));
    const scopes = ['releases:read', 'runs:write'];
    await keys.create({ id, environment, name: id, secret: key, scopes, actor: 'bench' });
    made.push(key);
  }
  return made;
}
