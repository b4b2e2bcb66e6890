import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { FlowMasonError, fail } from '../../src/core/errors.ts';
import { suggested } from '../run/project.ts';
import { type Staging, staging } from './staging.ts';

const GREET = ['run', 'greet', '--set', 'name=Ada', '--env', 'staging'];

/** `fm run` that follows a run which nobody executes yet. */
async function following(there: Staging, ...more: string[]) {
  const run = there.shop.start([...GREET, ...more]);
  await run.until(/run \w+ {2}greet 1\.0\.0 {2}queued/);
  const [row] = (await there.world.store.runs.list({ environment: 'staging' }, { limit: 1 })).runs;
  return { run, id: row?.id ?? '' };
}

describe('fm run --env', () => {
  it('looks for a server that goes away in the middle, and ends with the run', async () => {
    const there = await staging();
    const { run, id } = await following(there);
    const { server } = there;
    const { port } = server.address() as AddressInfo;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
    await run.until('lost staging');
    await there.world.execute(id);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const ended = await run.ended;
    expect([ended.code, JSON.parse(ended.stdout)]).toEqual([0, 'hello Ada x2']);
    expect(ended.stderr.match(/lost staging/g)).toHaveLength(1);
  });

  it('says that the run goes on when its key is revoked in the middle', async () => {
    const there = await staging();
    const { run, id } = await following(there);
    there.use(async () => fail('UNAUTHENTICATED', 'The call has no key that is valid here'));
    there.server.closeAllConnections();
    const ended = await run.ended;
    expect(ended.code).toBe(6);
    expect(ended.stderr).toContain(`run ${id} goes on in staging without this command`);
    expect(suggested(ended.stderr).join()).toContain('fm config set staging.api_key -');
    expect(ended.stderr).toContain(`then: fm runs show ${id} --follow --env staging`);
  });

  it('tells that somebody else has cancelled it', async () => {
    const there = await staging();
    const { run, id } = await following(there);
    await there.world.store.runs.cancel(id);
    const ended = await run.ended;
    expect([ended.code, ended.stdout]).toEqual([1, '']);
    expect(ended.stderr).toContain('greet cancelled');
    expect(suggested(ended.stderr)).toEqual([`fm runs resume ${id} --env staging`]);
  });

  it('waits as long as a server that is busy asks for, and gives up where that is too long', async () => {
    const there = await staging();
    let busy = 2;
    let wait = 1;
    const { world } = there;
    const admitted = there.admit;
    there.use(async (...args) => {
      if (busy-- > 0) throw new FlowMasonError('RATE_LIMITED', 'Too many calls', { details: { retry_after: wait } });
      return admitted(...args);
    });
    const started = await there.shop.fm([...GREET, '--async']);
    expect(started.code).toBe(0);
    expect((await world.store.runs.counts()).queued).toBe(1);
    [busy, wait] = [9, 3_600];
    const refused = await there.shop.fm([...GREET, '--async', '--json']);
    expect([refused.code, JSON.parse(refused.stdout).error.code]).toEqual([8, 'RATE_LIMITED']);
    expect((await world.store.runs.counts()).queued).toBe(1);
  });

  it('follows logs across a lost connection, each line once', async () => {
    const there = await staging();
    const id = await there.world.start('greet', { name: 'Ada' });
    const logs = there.shop.start(['runs', 'logs', id, '--follow', '--env', 'staging']);
    await expect.poll(() => there.requests(), { timeout: 30_000 }).toBeGreaterThan(1);
    there.server.closeAllConnections();
    await there.world.execute(id);
    const ended = await logs.ended;
    expect([ended.code, ended.stdout.match(/greeting Ada/g)]).toEqual([0, ['greeting Ada']]);
  });
});
