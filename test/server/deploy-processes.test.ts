import { describe, expect, it } from 'vitest';
import { fm } from '../setup/fm.ts';
import { Checkout, type Servers, startServers, variablesOf } from './shop-servers.ts';

interface Entry {
  readonly number: number;
  readonly status: string;
  readonly active: boolean;
}

/** What is in the log of an environment. */
async function logOf({ call }: Servers['staging']): Promise<Entry[]> {
  const answer = await call('GET', '/api/v1/deployments?project=shop');
  return ((await answer.json()) as { deployments: Entry[] }).deployments;
}

describe('processes that deploy', { timeout: 120_000 }, () => {
  it('at the same instant: each is active whole or is told that something else is', async () => {
    const servers = await startServers();
    const env = variablesOf(servers);
    const texts = ['ada', 'bob', 'eve'];
    const checkouts = texts.map((text) => {
      const checkout = new Checkout();
      checkout.pipeline('pay', text);
      return checkout;
    });
    const ended = await Promise.all(
      checkouts.map(({ root }) => fm(['deploy', 'staging', '--json'], { cwd: root, env })),
    );
    const done = ended.filter(({ code }) => code === 0);
    expect(done.length).toBeGreaterThan(0);
    for (const { code, stdout } of ended)
      if (code !== 0) expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 5, error: { code: 'BASE_MOVED' } });
    const entries = await logOf(servers.staging);
    expect(entries.filter(({ status }) => status === 'succeeded')).toHaveLength(done.length);
    expect(entries.filter(({ active }) => active)).toHaveLength(1);
  });

  it('and are killed: the old release is active or the new one, and a rerun converges, also of a promotion', async () => {
    const servers = await startServers();
    const env = variablesOf(servers);
    const checkout = new Checkout();
    const { root: cwd } = checkout;
    const began = performance.now();
    expect(await fm(['deploy', 'staging'], { cwd, env })).toMatchObject({ code: 0 });
    const took = performance.now() - began;
    for (let round = 1; round <= 5; round++) {
      checkout.pipeline('pay', `round ${round}`);
      for (const [environment, server] of [
        ['staging', servers.staging],
        ['production', servers.production],
      ] as const) {
        const command = environment === 'staging' ? 'deploy' : 'promote';
        const before = (await logOf(server)).length;
        await fm([command, environment], { cwd, env, killAfter: Math.round((took * round) / 5) });
        const after = await logOf(server);
        expect(after.length - before).toBeOneOf([0, 1]);
        expect(after.every(({ status }) => status === 'succeeded')).toBe(true);
        expect(await fm([command, environment], { cwd, env })).toMatchObject({ code: 0 });
        expect((await logOf(server)).length).toBe(before + 1);
      }
    }
  });
});
