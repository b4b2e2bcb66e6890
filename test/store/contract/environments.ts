import { expect, it } from 'vitest';
import { SETTINGS } from '../samples.ts';
import { code, type OpenWorld, START } from '../world.ts';

export function environmentContract(open: OpenWorld): void {
  it('is made with its first settings and keeps them', async () => {
    const { store } = await open();
    const made = await store.environments.ensure('production', { ...SETTINGS, protected: true, requires: ['tests'] });
    expect(made).toEqual({
      name: 'production',
      protected: true,
      promotes_from: null,
      immutable_versions: false,
      failure_webhook: null,
      requires: ['tests'],
      revision: 1,
      updated_at: START,
      lock: null,
    });
    expect(await store.environments.ensure('production', SETTINGS)).toEqual(made);
    expect(await store.environments.get('staging')).toBeUndefined();
  });

  it('is changed on the basis of what was read', async () => {
    const { store } = await open();
    await store.environments.ensure('production', SETTINGS);
    const changed = await store.environments.change('production', 1, { protected: true, promotes_from: 'staging' });
    expect(changed).toMatchObject({ protected: true, promotes_from: 'staging', requires: [], revision: 2 });
    await expect(store.environments.change('production', 1, { protected: false })).rejects.toEqual(
      expect.objectContaining({ code: 'CHANGED_MEANWHILE', details: { expected: 1, found: 2 } }),
    );
    await expect(store.environments.change('nowhere', 1, {})).rejects.toEqual(code('NOT_FOUND'));
  });

  it('is locked by one at a time, with reason and end', async () => {
    const { store, clock } = await open();
    await store.environments.ensure('production', SETTINGS);
    const expires_at = START + 60_000;
    const { lock } = await store.environments.lock('production', { holder: 'ada', reason: 'launch', expires_at });
    expect(lock).toEqual({ holder: 'ada', reason: 'launch', locked_at: START, expires_at });
    const refused = expect.objectContaining({
      code: 'ENVIRONMENT_LOCKED',
      message: expect.stringContaining('launch'),
      details: { holder: 'ada', reason: 'launch', expires_at },
    });
    await expect(
      store.environments.lock('production', { holder: 'bob', reason: 'mine', expires_at: null }),
    ).rejects.toEqual(refused);
    await expect(store.environments.requireUnlocked('production', 'bob')).rejects.toEqual(refused);
    await expect(store.environments.unlock('production', 'bob')).rejects.toEqual(refused);
    await store.environments.requireUnlocked('production', 'ada');
    clock.advance(60_000);
    await store.environments.requireUnlocked('production', 'bob');
    expect((await store.environments.get('production'))?.lock).toBeNull();
    await store.environments.lock('production', { holder: 'bob', reason: 'mine', expires_at: null });
    await expect(store.environments.unlock('production', 'ada')).rejects.toEqual(code('ENVIRONMENT_LOCKED', 'bob'));
    expect(await store.environments.unlock('production', 'ada', { force: true })).toBe(true);
    expect(await store.environments.unlock('production', 'ada')).toBe(false);
    await expect(store.environments.lock('nowhere', { holder: 'a', reason: '', expires_at: null })).rejects.toEqual(
      code('NOT_FOUND'),
    );
  });

  it('is not locked between the look at the lock and the end of a deployment', async () => {
    const { store } = await open();
    await store.environments.ensure('production', SETTINGS);
    const order: string[] = [];
    const looked = Promise.withResolvers<void>();
    const locking = looked.promise
      .then(() => store.environments.lock('production', { holder: 'bob', reason: '', expires_at: null }))
      .then(() => order.push('locked'));
    await store.transaction(async (tx) => {
      await tx.environments.requireUnlocked('production', 'ada');
      looked.resolve();
      await tx.environments.get('production');
      order.push('deployed');
    });
    await locking;
    expect(order).toEqual(['deployed', 'locked']);
  });
}
