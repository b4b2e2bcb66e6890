import { describe, expect, it, onTestFinished } from 'vitest';
import { digestOf } from '../../src/core/release/digest.ts';
import { openDatabase } from '../../src/hosts/node/database/open.ts';
import { code, worldOf } from '../store/world.ts';
import { type As, planeIn, WAYS } from './plane.ts';

async function connected(connect: (typeof WAYS)[number][1], as?: As) {
  const world = await worldOf(await openDatabase('sqlite::memory:', '/'));
  onTestFinished(() => world.store.close());
  const control = planeIn(world);
  return { control, client: await connect(control, as) };
}

const DEFINITION = { name: 'pay', stages: [{ id: 'a', component: 'logger', config: { message: 'x' } }] };
const TEXT = JSON.stringify(DEFINITION, null, 2);
const DIGEST = digestOf(DEFINITION);

describe.each(WAYS)('a client %s', (_, connect) => {
  it('uploads what is missing', async () => {
    const { client } = await connected(connect);
    expect(await client.call('POST /releases/missing', { pipelines: [DIGEST] })).toEqual({ missing: [DIGEST] });
    expect(await client.call('PUT /pipelines/by-digest', { pipelines: [{ digest: DIGEST, text: TEXT }] })).toEqual({
      stored: 1,
    });
    expect(await client.call('POST /releases/missing', { pipelines: [DIGEST] })).toEqual({ missing: [] });
  });

  it('uploads a single one', async () => {
    const { client } = await connected(connect);
    expect(await client.call('PUT /pipelines/by-digest/:digest', { digest: DIGEST, text: TEXT })).toEqual({
      stored: 1,
    });
    expect(await client.call('PUT /pipelines/by-digest/:digest', { digest: DIGEST, text: TEXT })).toEqual({
      stored: 0,
    });
    expect(await client.call('POST /releases/missing', { pipelines: [DIGEST] })).toEqual({ missing: [] });
    const wrong = client.call('PUT /pipelines/by-digest/:digest', { digest: '0'.repeat(64), text: TEXT });
    await expect(wrong).rejects.toEqual(code('RELEASE_MISMATCH', DIGEST));
  });

  it('gets errors as they were thrown', async () => {
    const { client } = await connected(connect);
    const wrong = client.call('PUT /pipelines/by-digest', { pipelines: [{ digest: '0'.repeat(64), text: TEXT }] });
    await expect(wrong).rejects.toEqual(code('RELEASE_MISMATCH', DIGEST));
    const invalid = client.call('POST /releases/missing', { pipelines: ['x'] });
    await expect(invalid).rejects.toEqual(code('REQUEST_INVALID', 'pipelines.0: Expected 64'));
  });

  it('is kept to its scopes and to the environment that it means', async () => {
    const { client } = await connected(connect, { scopes: ['runs:read'] });
    await expect(client.call('POST /releases/missing', { pipelines: [] })).rejects.toEqual(code('FORBIDDEN', 'deploy'));
    const other = await connected(connect, { environment: 'production' });
    await expect(other.client.call('GET /environment', {})).rejects.toEqual(code('ENVIRONMENT_MISMATCH', 'staging'));
  });
});
