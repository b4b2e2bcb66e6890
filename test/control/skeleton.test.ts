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

  it.each<[string, string, string, string?]>([
    [
      'GET /runs',
      '{"status": "done"}',
      'status: Expected one of queued, running, waiting, succeeded, failed, cancelled, found "done"',
    ],
    ['GET /runs', '{"limit": 501}', 'limit: Expected 500 or less, found "501"'],
    ['GET /runs', '{"limit": "many"}', 'limit: Expected a whole number, found "many"'],
    ['POST /pipelines/:name/runs', '{"name": "a", "wait": "61s"}', 'wait: Expected 60s or less, found "61s"'],
    ['POST /pipelines/:name/runs', '{"name": "a", "wait": "soon"}', 'wait: Expected a time such as 30s, found "soon"'],
    ['POST /runs/cancel', '{}', 'filter: Expected a value, found none'],
    ['POST /runs/cancel', '{"filter": 7}', 'filter: Expected an object, found 7'],
    [
      'POST /runs/cancel',
      '{"filter": {"statu": "failed"}}',
      'filter.statu: Unknown field; there are `pipeline`, `status`',
      'Did you mean `status`?',
    ],
    ['PATCH /environment', '{"protected": "maybe"}', 'protected: Expected true or false, found "maybe"'],
    ['PATCH /environment', '{"requires": ["luck"]}', 'requires.0: Expected "tests", found "luck"'],
    ['PUT /environment/lock', `{"reason": "${'x'.repeat(5_000)}"}`, 'characters or less, found 5000'],
    ['POST /keys', `{"name": {"a": 1}, "scopes": []}`, 'name: Expected text, found an object'],
    ['POST /keys', `{"name": "${'x '.repeat(200)}", "scopes": ["deploy"]}`, '…"'],
  ])('hears what %s expected and what it found: %s', async (route, input, message, hint = 'GET /openapi.json') => {
    const { client } = await connected(connect);
    // Callers that have no types may send anything.
    const call = client.call as (route: string, input: object) => Promise<object>;
    await expect(call(route, JSON.parse(input))).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
  });

  it('is kept to its scopes and to the environment that it means', async () => {
    const { client } = await connected(connect, { scopes: ['runs:read'] });
    await expect(client.call('POST /releases/missing', { pipelines: [] })).rejects.toEqual(code('FORBIDDEN', 'deploy'));
    const other = await connected(connect, { environment: 'production' });
    await expect(other.client.call('GET /environment', {})).rejects.toEqual(code('ENVIRONMENT_MISMATCH', 'staging'));
  });
});
