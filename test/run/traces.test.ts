import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startCollector } from '../setup/collector.ts';
import { fm, tempFolder } from '../setup/fm.ts';

const PRIVATE = 'nobody-elses-business';

/** A list with one stage per item, then one that is tried twice and fails. */
const PIPELINE = {
  name: 'each',
  stages: [
    { id: 'orders', component: 'foreach', config: { items: '{{ input.list }}', loop_stages: ['show'] } },
    { id: 'show', component: 'json-transform', config: { template: '{{ context.item }}' } },
    {
      id: 'risky',
      component: 'http-request',
      depends_on: ['orders'],
      retry: { max_attempts: 2, delay: '1ms' },
      config: { url: `http://127.0.0.1:9/${PRIVATE}` },
    },
  ],
};

async function run(endpoint: string, more: Record<string, string> = {}) {
  const cwd = tempFolder();
  writeFileSync(join(cwd, 'each.json'), JSON.stringify(PIPELINE));
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...more };
  return fm(['run', './each.json', '--input', '{"list":[1,2]}', '--json'], { cwd, env });
}

it('sends a span for each attempt of each stage, below the stage that owns it', async () => {
  const collector = await startCollector();
  const ended = await run(collector.url);
  expect([ended.code, JSON.parse(ended.stdout)]).toMatchObject([1, { error: { type: 'CONNECTIVITY' } }]);
  const { spans } = collector;
  const id = (name: string) => spans.find((span) => span.name === name)?.spanId;
  const shown = spans.map(({ name, parentSpanId, attributes }) => {
    return [name, parentSpanId, attributes['flowmason.stage.path'], attributes['error.type']];
  });
  expect(shown).toEqual([
    ['stage show', id('stage orders'), 'orders[0]/show', undefined],
    ['stage show', id('stage orders'), 'orders[1]/show', undefined],
    ['stage orders', id('run each'), 'orders', undefined],
    ['stage risky', id('run each'), 'risky', 'CONNECTIVITY'],
    ['stage risky', id('run each'), 'risky', 'CONNECTIVITY'],
    ['run each', undefined, undefined, 'CONNECTIVITY'],
  ]);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  expect(collector.bodies.join()).not.toContain(PRIVATE);
});

it('goes on as if nothing were the matter with a collector that is away or never answers', async () => {
  const hanging = await startCollector({ hangs: true });
  const [away, mute] = await Promise.all([
    run('http://127.0.0.1:9'),
    run(hanging.url, { OTEL_EXPORTER_OTLP_TIMEOUT: '200' }),
  ]);
  for (const ended of [away, mute]) {
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.stdout)).toMatchObject({ status: 'failed' });
  }
});

it('sends nothing that OpenTelemetry’s variables do not ask for', async () => {
  const collector = await startCollector();
  await Promise.all([
    run(collector.url, { OTEL_SDK_DISABLED: 'true' }),
    run(collector.url, { OTEL_TRACES_EXPORTER: 'none' }),
    run(collector.url, { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }),
  ]);
  expect(collector.spans).toEqual([]);
});
