import { describe, expect, test } from 'vitest';
import { BUILT_INS } from '../../../src/components/index.ts';
import { DEFAULT_LIMITS } from '../../../src/core/limits.ts';
import { compileClosure } from '../../../src/core/release/compile-closure.ts';
import { describe as describeComponent } from '../../../src/executor/describe.ts';

const descriptors = new Map(BUILT_INS.map((component) => [component.name, describeComponent(component, 'built-in')]));
const say = (id: string) => ({ id, component: 'logger', config: { message: id } });
const call = (id: string, pipeline: unknown) => ({ id, component: 'subpipeline', config: { pipeline } });

/** A release whose digests are `digest of NAME`; `read` notes what was loaded, one list for each round. */
function releaseOf(pipelines: Record<string, object | string>) {
  const read: string[][] = [];
  const digests = Object.fromEntries(Object.keys(pipelines).map((name) => [name, `digest of ${name}`]));
  const load = async (wanted: readonly string[]) => {
    read.push(wanted.map((digest) => digest.replace('digest of ', '')));
    const texts = Object.entries(pipelines).map(([name, one]) => {
      return [`digest of ${name}`, typeof one === 'string' ? one : JSON.stringify({ name, ...one })] as const;
    });
    return new Map(texts.filter(([digest, text]) => wanted.includes(digest) && text !== ''));
  };
  const compile = (main: string, settings = {}, limits = DEFAULT_LIMITS) =>
    compileClosure({ pipelines: digests, settings }, main, load, { descriptors, limits });
  return { read, compile };
}

describe('a pipeline of a release', () => {
  test('comes with all that it names, and nothing else is read', async () => {
    const { compile, read } = releaseOf({
      main: { stages: [call('a', 'left'), call('b', 'right')], on_failure: { pipeline: 'alarm' } },
      left: { stages: [call('c', 'deep')] },
      right: { stages: [call('d', 'deep')] },
      deep: { stages: [say('x')] },
      alarm: { stages: [say('y')], on_failure: { pipeline: 'last' } },
      last: { stages: [say('z')] },
      other: { stages: [say('never')] },
    });
    const { plans, main, unknown } = await compile('main');
    expect([main, [...plans.keys()].sort(), unknown]).toEqual([
      'main',
      ['alarm', 'deep', 'last', 'left', 'main', 'right'],
      [],
    ]);
    expect(read).toEqual([['main'], ['left', 'right', 'alarm'], ['deep', 'last']]);
  });

  test('that calls itself is read once', async () => {
    const { compile, read } = releaseOf({ main: { stages: [call('a', 'main')] } });
    expect([...(await compile('main')).plans.keys()]).toEqual(['main']);
    expect(read).toEqual([['main']]);
  });

  test('names the components that are not here, its own and those of what it calls', async () => {
    const { compile } = releaseOf({
      main: { stages: [call('a', 'child'), { id: 'b', component: 'zeta' }] },
      child: { stages: [{ id: 'c', component: 'my_alpha' }] },
    });
    expect(await compile('main')).toMatchObject({ unknown: ['my-alpha', 'zeta'], plans: new Map() });
  });

  test('has the lower limits of host and release', async () => {
    const { compile } = releaseOf({ main: { stages: [say('a'), say('b')] } });
    const { limits } = await compile('main', { limits: { input_bytes: 10, stages: 9_999 } });
    expect(limits).toMatchObject({ input_bytes: 10, stages: 2_000 });
    await expect(compile('main', { limits: { stages: 1 } })).rejects.toMatchObject({ code: 'RELEASE_INVALID' });
  });

  test.each([
    ['a name that it does not have', { main: { stages: [] } }, 'mian', 'NOT_FOUND', 'Did you mean `main`?'],
    ['a name of the language', { main: { stages: [] } }, 'constructor', 'NOT_FOUND', undefined],
    ['a call of what it does not have', { main: { stages: [call('a', 'gone')] } }, 'main', 'NOT_FOUND', undefined],
    ['a text that is gone', { main: '' }, 'main', 'PIPELINES_MISSING', undefined],
    ['a text that is no JSON', { main: '{"name":' }, 'main', 'RELEASE_INVALID', undefined],
    ['a text that is no pipeline', { main: '[1, {"stages": {}}]' }, 'main', 'RELEASE_INVALID', undefined],
    [
      'calls that are no names',
      { main: { stages: [call('a', 7), call('b', {})] } },
      'main',
      'RELEASE_INVALID',
      undefined,
    ],
  ] as const)('refuses %s', async (_what, pipelines, name, code, hint) => {
    const { compile } = releaseOf({ ...pipelines });
    await expect(compile(name)).rejects.toMatchObject(hint === undefined ? { code } : { code, hint });
  });
});
