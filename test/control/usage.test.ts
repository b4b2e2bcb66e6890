import { expect, it } from 'vitest';
import { code } from '../store/world.ts';
import { onEvery } from './every.ts';
import { planeIn } from './plane.ts';
import { deploy, logs, releaseOf } from './shop.ts';

const DAY_MS = 86_400_000;

onEvery('usage', (open, connect) => {
  it('counts active pipelines, and the runs of a day of UTC', async () => {
    const world = await open();
    const client = await connect(planeIn(world), { scopes: ['deploy', 'releases:read', 'runs:read', 'runs:write'] });
    const midnight = world.clock.now() - (world.clock.now() % DAY_MS) + DAY_MS;
    const date = (at: number) => new Date(at).toISOString().slice(0, 10);
    expect(await client.call('GET /usage', {})).toMatchObject({
      pipelines: { active: 0 },
      executions: { accepted: 0 },
    });
    await deploy(client, releaseOf([logs('pay'), logs('ship')]));
    await client.call('POST /pipelines/:name/runs', { name: 'pay' });
    world.clock.advance(midnight - 1 - world.clock.now());
    await client.call('POST /pipelines/:name/runs', { name: 'ship' });
    expect(await client.call('GET /usage', {})).toEqual({
      pipelines: { active: 2 },
      executions: { date: date(midnight - 1), accepted: 2, resets_at: midnight },
    });
    world.clock.advance(1);
    await client.call('POST /pipelines/:name/runs', { name: 'pay' });
    expect(await client.call('GET /usage', {})).toEqual({
      pipelines: { active: 2 },
      executions: { date: date(midnight), accepted: 1, resets_at: midnight + DAY_MS },
    });
    await expect((await connect(planeIn(world), { scopes: ['deploy'] })).call('GET /usage', {})).rejects.toEqual(
      code('FORBIDDEN', 'runs:read'),
    );
  });
});
