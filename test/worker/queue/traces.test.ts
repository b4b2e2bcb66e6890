import parsePrometheus from 'parse-prometheus-text-format';
import { expect, it, onTestFinished } from 'vitest';
import { launchServer } from '../../server/server-process.ts';
import { startCollector } from '../../setup/collector.ts';
import { tempFolder } from '../../setup/fm.ts';
import { effects } from '../open.ts';
import { effect } from '../world.ts';
import { openIdle } from './queue-world.ts';
import { launchWorker } from './worker-process.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const INPUT = 'nobody-elses-business';

it('a run over server, queue, two workers and what its stages call is one trace, in logs and metrics too', async () => {
  const { url, world } = await openIdle({ environment: 'staging' });
  const { server, url: to } = await effects();
  const collector = await startCollector();
  await world.deploy([{ name: 'chain', stages: [effect('a', to), effect('b', to, 'a')] }]);
  const variables = {
    FM_DATABASE_URL: url,
    FM_ENVIRONMENT: 'staging',
    FM_LOG_LEVEL: 'debug',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-team=shop',
    OTEL_SERVICE_NAME: 'shop-pipelines',
    OTEL_RESOURCE_ATTRIBUTES: 'team=shop',
  };
  const api = await launchServer(
    tempFolder(),
    variables,
    (child) => onTestFinished(() => void child.kill('SIGKILL')),
    [],
  );
  const first = await launchWorker(variables, ['--drain', '0s', '--metrics-port', '0']);
  server.hold('b');
  const started = await fetch(`${api.url}/api/v1/pipelines/chain/runs`, {
    method: 'POST',
    headers: { 'x-api-key': api.key, traceparent: `00-${TRACE}-${CALLER}-01`, 'content-type': 'application/json' },
    body: JSON.stringify({ input: { note: INPUT } }),
  });
  expect(started.status).toBe(202);
  const { run_id: run } = (await started.json()) as { run_id: string };
  await server.asked('b');
  first.kill('SIGTERM');
  expect(await first.ended).toBe(0);
  const second = await launchWorker(variables, ['--metrics-port', '0']);
  await server.asked('b', 2);
  server.release('b');
  await second.said({ msg: 'executed', run, kind: 'ended', status: 'succeeded', trace_id: TRACE });
  await second.said({ msg: 'stage started', run, stage: 'b', trace_id: TRACE });
  const port = second.lines.find(({ msg }) => msg === 'working')?.metrics_port;
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
  await collector.received('run chain', 2);
  await collector.received('POST /api/v1/pipelines/:name/runs');

  const spans = collector.spans.filter(({ traceId }) => traceId === TRACE);
  const named = (name: string) => spans.filter((span) => span.name === name);
  const [request] = named('POST /api/v1/pipelines/:name/runs');
  const [one, two] = named('run chain');
  const [a] = named('stage a');
  const b = named('stage b');
  expect(spans).toHaveLength(6);
  expect(request).toMatchObject({ parentSpanId: CALLER, kind: 2, attributes: { 'http.response.status_code': 202 } });
  expect(one).toMatchObject({ parentSpanId: request?.spanId, attributes: { 'flowmason.attempt.outcome': 'drained' } });
  expect(two).toMatchObject({
    parentSpanId: request?.spanId,
    links: [{ traceId: TRACE, spanId: one?.spanId }],
    attributes: { 'flowmason.run.id': run, 'flowmason.run.status': 'succeeded' },
    resource: { 'service.name': 'shop-pipelines', team: 'shop', 'deployment.environment.name': 'staging' },
  });
  expect(a).toMatchObject({
    parentSpanId: one?.spanId,
    attributes: {
      'flowmason.stage.path': 'a',
      'flowmason.component.name': 'http-request',
      'flowmason.stage.attempt': 1,
    },
  });
  expect(b.map(({ parentSpanId, attributes }) => [parentSpanId, attributes['flowmason.stage.status']])).toEqual([
    [one?.spanId, 'cancelled'],
    [two?.spanId, 'succeeded'],
  ]);
  // Lines of the log name the span that they are about.
  expect(api.log().find(({ status }) => status === 202)).toMatchObject({ trace_id: TRACE, span_id: request?.spanId });
  const executed = [first, second].map(({ lines }) => lines.find(({ msg }) => msg === 'executed')?.span_id);
  expect(executed).toEqual([one?.spanId, two?.spanId]);
  // What is called continues the trace.
  expect(server.calls.map(({ traceparent }) => traceparent)).toEqual(
    [a, ...b].map((span) => `00-${TRACE}-${span?.spanId}-01`),
  );
  expect(collector.bodies.join()).not.toContain(INPUT);
  expect(new Set(collector.headers.map((headers) => headers['x-team']))).toEqual(new Set(['shop']));

  const families = Object.fromEntries(parsePrometheus(metrics).map((family) => [family.name, family]));
  expect(families.flowmason_runs_finished_total?.metrics).toEqual([{ value: '1', labels: { status: 'succeeded' } }]);
  expect(families.flowmason_fence_rejections_total?.metrics).toEqual([{ value: '0' }]);
  expect(families.flowmason_stage_duration_seconds).toMatchObject({
    type: 'HISTOGRAM',
    metrics: [{ buckets: { '0.001': '0', '+Inf': '1' } }],
  });
  expect(metrics).toContain('_count{component="http-request",status="succeeded"} 1');
  const scraped = await (await api.call('GET', '/metrics')).text();
  const gauges = Object.fromEntries(parsePrometheus(scraped).map(({ name, metrics }) => [name, metrics]));
  expect(gauges).toMatchObject({
    flowmason_queue_depth: [{ value: '0' }],
    flowmason_queue_oldest_seconds: [{ value: '0' }],
    flowmason_workers: [
      { value: '1', labels: { state: 'live' } },
      { value: '0', labels: { state: 'draining' } },
    ],
  });
}, 90_000);
