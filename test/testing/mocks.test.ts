import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { http, type Pipeline, run, value } from './harness.ts';

const FETCH: Pipeline = { stages: [http('fetch')], result: '{{ stages.fetch.output.body }}' };

function output(body: unknown): JsonObject {
  return { output: { status: 200, body: body as JsonObject } };
}

describe('which mock stands for a stage', () => {
  const LOOP: Pipeline = {
    stages: [
      { id: 'orders', component: 'foreach', config: { items: [1, 2], loop_stages: ['pay'] } },
      http('pay'),
      { id: 'call', component: 'subpipeline', depends_on: ['orders'], config: { pipeline: 'child' } },
    ],
    result: ['{{ stages.orders.output.results.map(r, r.body) }}', '{{ stages.call.output }}'],
  };
  const child: Pipeline = { stages: [http('pay')], result: '{{ stages.pay.output.body }}' };

  async function result(mocks: JsonObject, more: JsonObject = {}): Promise<unknown> {
    const tests = [{ name: 'test', mocks, assertions: [{ path: 'output', equals: 'x' }], ...more }];
    const { findings, only } = await run({ tests }, { pipeline: LOOP, others: { child } });
    expect(only.status).toBe('failed');
    return findings[0]?.differences?.[0]?.actual;
  }

  it('is the one by path with an index, by path, by id, by component, in this order', async () => {
    expect(await result({ 'http-request': output('c') })).toEqual([['c', 'c'], 'c']);
    expect(await result({ 'http-request': output('c'), pay: output('i') })).toEqual([['i', 'i'], 'c']);
    expect(await result({ pay: output('i'), 'call/pay': output('p') })).toEqual([['i', 'i'], 'p']);
    expect(await result({ pay: output('i'), 'orders[1]/pay': output('n'), 'call/pay': output('p') })).toEqual([
      ['i', 'n'],
      'p',
    ]);
  });

  it('is a whole subpipeline or loop, which then does not run', async () => {
    expect(await result({ pay: output('i'), call: { output: 'called' } })).toEqual([['i', 'i'], 'called']);
    const orders = { output: { results: [{ body: 'm' }], errors: [], count: 1 } };
    expect(await result({ orders, call: { output: 1 } })).toEqual([['m'], 1]);
  });

  it("is a case's before its test's, and that before the one of setup", async () => {
    const tests = [
      {
        name: 'test',
        mocks: { fetch: output('test') },
        cases: [{ mocks: { 'http-request': output('case') } }, {}],
        assertions: [{ path: 'output', matches: 'case|test' }],
      },
      { name: 'plain', assertions: [{ path: 'output', equals: 'setup' }] },
    ];
    const file = { setup: { mocks: { fetch: output('setup') } }, tests };
    expect((await run(file, { pipeline: FETCH })).messages).toEqual([]);
  });
});

describe('a list of answers', () => {
  const RETRIED: Pipeline = {
    stages: [http('fetch', { retry: { max_attempts: 3, delay: '2h', max_delay: '2h' } })],
    result: '{{ stages.fetch.output.status }}',
  };
  const down = { error: { type: 'CONNECTIVITY', message: 'down' } };

  it('has one per attempt, errors included', async () => {
    const tests = [
      {
        name: 'recovers',
        mocks: { fetch: [down, { error: { type: 'RATE_LIMIT', retry_after: '2s' } }, { output: { status: 201 } }] },
        assertions: [
          { path: 'output', equals: 201 },
          { path: 'stages.fetch.attempts', equals: 3 },
        ],
      },
      { name: 'gives up', mocks: { fetch: down }, expectError: { type: 'CONNECTIVITY', message: 'down' } },
    ];
    const { messages, result } = await run({ tests }, { pipeline: RETRIED });
    expect(messages).toEqual([]);
    expect(result.tests.map(({ virtual_ms }) => virtual_ms > 3_600_000)).toEqual([true, true]);
  });

  it('that runs out fails the test, whatever catches the failure', async () => {
    const pipeline: Pipeline = {
      stages: [http('fetch', { on_error: 'continue', retry: { max_attempts: 3, delay: 1 } })],
      result: 1,
    };
    const { messages, findings } = await run(
      { tests: [{ name: 'test', mocks: { fetch: [down, down] } }] },
      { pipeline },
    );
    expect(messages).toEqual(['The mock `fetch` has 2 answers, and one more was asked for: attempt 3 of fetch']);
    expect(findings[0]?.position).toMatchObject({ line: 8, column: 9 });
  });

  it('that is not used up fails the test', async () => {
    const { messages } = await run(
      { tests: [{ name: 'test', mocks: { fetch: [output(1), output(2)] } }] },
      { pipeline: RETRIED },
    );
    expect(messages).toEqual(['Of the 2 answers of the mock `fetch` only 1 was asked for']);
  });

  it('goes to items in their order', async () => {
    const pipeline: Pipeline = {
      stages: [
        {
          id: 'all',
          component: 'foreach',
          config: { items: [1, 2, 3], parallel: true, loop_stages: ['one'], result: '{{ stages.one.output.body }}' },
        },
        http('one'),
      ],
    };
    const mocks = { one: [output('a'), output('b'), output('c')] };
    const assertions = [{ path: 'output.results', equals: ['a', 'b', 'c'] }];
    expect((await run({ tests: [{ name: 'test', mocks, assertions }] }, { pipeline })).messages).toEqual([]);
  });
});

describe('a mock that nothing asks for', () => {
  const GATED: Pipeline = { stages: [http('fetch', { when: 'input.go' })], result: 1 };

  it('fails its test', async () => {
    const tests = [{ name: 'test', input: { go: false }, mocks: { fetch: output(1) } }];
    const { messages, findings } = await run({ tests }, { pipeline: GATED });
    expect(messages).toEqual(['The mock `fetch` was not used: no stage that it stands for has run']);
    expect(findings[0]?.kind).toBe('mock');
  });

  it('of setup fails the suite when no test uses it', async () => {
    const setup = { mocks: { fetch: output(1) } };
    const go = (name: string, value: boolean) => ({ name, input: { go: value } });
    const one = await run({ setup, tests: [go('a', false), go('b', true)] }, { pipeline: GATED });
    expect(one.messages).toEqual([]);
    const none = await run({ setup, tests: [go('a', false), go('b', false)] }, { pipeline: GATED });
    expect(none.result.findings).toMatchObject([{ message: expect.stringContaining('`fetch` was not used') }]);
    const unknown = await run(
      { setup, tests: [go('a', false), { ...go('b', true), skip: true }] },
      { pipeline: GATED },
    );
    expect(unknown.messages).toEqual([]);
  });

  it('of a test with cases has to serve one of them', async () => {
    const test = { name: 'test', mocks: { fetch: output(1) } };
    const cases = (...values: boolean[]) => [{ ...test, cases: values.map((go) => ({ input: { go } })) }];
    expect((await run({ tests: cases(true, false) }, { pipeline: GATED })).messages).toEqual([]);
    expect((await run({ tests: cases(false, false) }, { pipeline: GATED })).messages).toHaveLength(1);
  });
});

describe('what a mock gives', () => {
  it('may name a secret, and is masked like any output', async () => {
    const pipeline: Pipeline = {
      stages: [
        http('fetch', { config: { url: 'https://example.test', headers: { authorization: '{{ secrets.KEY }}' } } }),
        value('length', '{{ len(stages.fetch.output.body) }}'),
      ],
      result: ['{{ stages.fetch.output.body }}', '{{ stages.length.output.result }}'],
    };
    const tests = [
      {
        name: 'test',
        secrets: { KEY: 'abcdefgh' },
        mocks: { fetch: output('got {{ secrets.KEY }}') },
        assertions: [{ path: 'output', equals: ['got ***', 7] }],
      },
    ];
    expect((await run({ tests }, { pipeline })).messages).toEqual([]);
  });

  it('adds to the usage of the run', async () => {
    const pipeline: Pipeline = {
      stages: [
        { id: 'a', component: 'generator', config: { prompt: 'x', model: 'mock/echo' } },
        { id: 'b', component: 'generator', config: { prompt: 'y', model: 'mock/echo' } },
      ],
      result: 1,
    };
    const usage = { input_tokens: 2, output_tokens: 3, total_tokens: 5, cost_usd: 0.5 };
    const assertions = [
      { path: 'usage', equals: { input_tokens: 4, output_tokens: 6, total_tokens: 10, cost_usd: 1 } },
    ];
    const tests = [{ name: 'test', mocks: { generator: { output: { text: 'z', usage } } }, assertions }];
    expect((await run({ tests }, { pipeline })).messages).toEqual([]);
  });

  it('does not spare a stage whose config is wrong', async () => {
    const pipeline: Pipeline = {
      stages: [http('fetch', { config: { url: '{{ input.url }}' } })],
      result: '{{ stages.fetch.output.body }}',
    };
    const tests = [{ name: 'test', input: { url: 3 }, mocks: { fetch: output(1) }, expectError: 'VALIDATION' }];
    const { messages } = await run({ tests }, { pipeline });
    expect(messages).toEqual(['The mock `fetch` was not used: no stage that it stands for has run']);
  });
});
