import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { type Component, defineComponent } from '../../src/executor/component.ts';
import { http, type Pipeline, run, value } from './harness.ts';

describe('a stage that would leave the machine', () => {
  it.each(['fail', 'continue'])(
    'fails the test with the mock to paste, also where on_error is %s',
    async (on_error) => {
      const pipeline: Pipeline = { stages: [http('fetch', { on_error })], result: 1 };
      const { messages, findings } = await run({ tests: [{ name: 'test' }] }, { pipeline });
      expect(messages).toEqual(['Stage fetch would leave the machine: its http-request has no mock']);
      const [intro, ...paste] = findings[0]?.hint?.split('\n') ?? [];
      expect(intro).toBe('Add this to the test, or run it with --live:');
      const { mocks } = JSON.parse(`{${paste.join('\n')}}`);
      // What is pasted works.
      expect((await run({ tests: [{ name: 'test', mocks }] }, { pipeline })).messages).toEqual([]);
    },
  );

  it('is named by its path inside of a subpipeline, and the pasted mock works there', async () => {
    const pipeline: Pipeline = {
      stages: [
        { id: 'each', component: 'foreach', config: { items: [1, 2], loop_stages: ['call'] } },
        { id: 'call', component: 'subpipeline', config: { pipeline: 'child' } },
      ],
    };
    const others = { child: { stages: [{ id: 'ask', component: 'generator', config: { prompt: 'x' } }] } };
    const { findings } = await run({ tests: [{ name: 'test' }] }, { pipeline, others });
    expect(findings[0]?.message).toBe('Stage each[0]/call/ask would leave the machine: its generator has no mock');
    const { mocks } = JSON.parse(`{${findings[0]?.hint?.split('\n').slice(1).join('\n')}}`);
    expect(Object.keys(mocks)).toEqual(['each/call/ask']);
    expect((await run({ tests: [{ name: 'test', mocks }] }, { pipeline, others })).messages).toEqual([]);
  });

  it.each(['generator', 'critic', 'improver', 'selector', 'synthesizer'])('is %s as well', async (component) => {
    const config = {
      generator: { prompt: 'x' },
      critic: { content: 'x', criteria: ['y'] },
      improver: { content: 'x', feedback: 'y' },
      selector: { options: ['x'], criteria: 'y' },
      synthesizer: { sources: ['x'] },
    }[component];
    const pipeline: Pipeline = { stages: [{ id: 'ai', component, config: { ...config, model: 'mock/echo' } }] };
    const { findings } = await run({ tests: [{ name: 'test' }] }, { pipeline });
    expect(findings[0]?.message).toContain('would leave the machine');
    const { mocks } = JSON.parse(`{${findings[0]?.hint?.split('\n').slice(1).join('\n')}}`);
    expect((await run({ tests: [{ name: 'test', mocks }] }, { pipeline })).messages).toEqual([]);
  });

  it('is also one that says it has no effects, and fetches', async () => {
    const sly = defineComponent({
      name: 'sly',
      version: '1.0.0',
      summary: 'Says that it stays here.',
      effects: false,
      config: v.strictObject({}),
      output: v.any(),
      run: (_, { fetch }) =>
        fetch({ url: 'https://example.test/', method: 'GET', headers: {}, follow_redirects: true }),
    });
    const pipeline: Pipeline = { stages: [{ id: 'sly', component: 'sly', on_error: 'continue' }], result: 1 };
    const { messages } = await run({ tests: [{ name: 'test' }] }, { pipeline, components: [sly] });
    expect(messages).toEqual(['GET https://example.test/ would leave the machine, and there is no mock `fetch`']);
  });

  it('really runs with live, with the secrets that exist', async () => {
    const seen: unknown[] = [];
    const pipeline: Pipeline = {
      stages: [
        http('fetch', { config: { url: 'https://example.test/', headers: { key: '{{ secrets.A }}{{ secrets.B }}' } } }),
      ],
      result: '{{ stages.fetch.output.body }}',
    };
    const tests = [{ name: 'test', assertions: [{ path: 'output', equals: 'hi' }] }];
    const fetch = async (request: { readonly headers: Readonly<Record<string, string>> }) => {
      seen.push(request.headers.key);
      return { status: 200, headers: {}, body: new TextEncoder().encode('"hi"'), elapsed_ms: 1 };
    };
    const { runtime } = await hostRuntime();
    const host = { live: true, secrets: async () => new Map([['A', 'really']]), runtime: { ...runtime, fetch } };
    expect((await run({ tests }, { pipeline, host })).only.status).toBe('failed');
    expect(seen).toEqual(['reallytest-B']);
  });
});

async function hostRuntime() {
  const { BUILT_INS } = await import('../../src/components/index.ts');
  const { systemClock } = await import('../../src/hosts/node/clock.ts');
  const { DEFAULT_LIMITS } = await import('../../src/core/limits.ts');
  const components = new Map<string, Component>([...BUILT_INS].map((each) => [each.name, each]));
  return { runtime: { components, clock: systemClock, random: { fraction: () => 0 }, limits: DEFAULT_LIMITS } };
}

describe('what surrounds a run', () => {
  it('is the same everywhere: instant, run, ids, secrets that nobody set', async () => {
    const pipeline: Pipeline = {
      stages: [
        value('a', ['{{ string(now()) }}', '{{ context.run_id }}', '{{ context.environment }}', '{{ uuid() }}']),
        http('b', { config: { url: 'https://example.test', method: 'POST', body: '{{ secrets.KEY }}' } }),
      ],
      result: '{{ stages.a.output.result }}',
    };
    const tests = [
      {
        name: 'test',
        mocks: { b: { output: { status: 200, body: 'test-KEY' } } },
        snapshot: true,
        assertions: [
          { path: 'output[0]', equals: '2026-01-01T00:00:00Z' },
          { path: 'output[1]', equals: 'test' },
          { path: 'output[2]', equals: 'local' },
          { path: 'stages.b.output.body', equals: '***' },
          { path: 'stages.b.config.body', equals: '***' },
        ],
      },
    ];
    const first = await run({ tests }, { pipeline });
    expect(first.messages).toEqual([]);
    const again = await run({ tests }, { pipeline, stored: first.snapshots.changed() ?? {}, mode: 'none' });
    expect(again.messages).toEqual([]);
  });

  it('is what setup says, and the test over it', async () => {
    const pipeline: Pipeline = {
      stages: [value('a', ['{{ string(now()) }}', '{{ vars.x }}', '{{ vars.y }}', '{{ context.environment }}'])],
      result: '{{ stages.a.output.result }}',
    };
    const file = {
      setup: { now: '2030-02-03T04:05:06+01:00', vars: { x: 1, y: 2 }, environment: 'staging' },
      tests: [
        { name: 'a', assertions: [{ path: 'output', equals: ['2030-02-03T03:05:06Z', 1, 2, 'staging'] }] },
        {
          name: 'b',
          vars: { y: 3 },
          cases: [{ environment: 'production', now: '2031-01-01T00:00:00Z' }],
          assertions: [{ path: 'output', equals: ['2031-01-01T00:00:00Z', 1, 3, 'production'] }],
        },
      ],
    };
    expect((await run(file, { pipeline })).messages).toEqual([]);
  });

  it('lacks a variable that nobody gives, and a secret that is null', async () => {
    const pipeline: Pipeline = {
      stages: [
        value('a', '{{ vars.region }}'),
        http('b', { config: { url: 'https://example.test', body: '{{ secrets.KEY }}' } }),
      ],
    };
    const mocks = { b: { output: { status: 200 } } };
    const { only } = await run({ tests: [{ name: 'test', secrets: { KEY: null }, mocks }] }, { pipeline });
    expect(only.findings[0]?.message).toContain('variables region; secrets KEY');
    expect(only.findings[0]?.hint).toContain('Give them in `setup` or in the test');
  });
});
