import { BUILT_INS } from '../../src/components/index.ts';
import { compilePipeline } from '../../src/core/compile/compile-pipeline.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { DEFAULT_LIMITS } from '../../src/core/limits.ts';
import type { Problem } from '../../src/core/problem.ts';
import { parseSource } from '../../src/core/source/parse.ts';
import type { Component } from '../../src/executor/component.ts';
import { describe as describeComponent } from '../../src/executor/describe.ts';
import { testMachine } from '../../src/hosts/node/test-machine.ts';
import { type SnapshotMode, Snapshots } from '../../src/testing/assert/snapshot.ts';
import { Collector } from '../../src/testing/coverage/collect.ts';
import type { Coverage } from '../../src/testing/coverage/coverage.ts';
import type { Finding, SuiteResult, TestResult } from '../../src/testing/result.ts';
import type { TestHost } from '../../src/testing/run/host.ts';
import { runSuites } from '../../src/testing/run/run-suites.ts';
import { outlineSuite, readSuite } from '../../src/testing/suite/read-suite.ts';
import type { Plans } from '../../src/testing/suite/reference.ts';
import type { Suite } from '../../src/testing/suite/suite.ts';

/** A pipeline without the fields that no test cares about. */
export type Pipeline = JsonObject & { readonly stages: readonly JsonObject[] };

/** What surrounds a test file. */
export interface World {
  readonly pipeline?: Pipeline;
  /** Others by name. */
  readonly others?: Readonly<Record<string, Pipeline>>;
  /** Custom ones, as from a project. */
  readonly components?: readonly Component[];
  readonly host?: Partial<TestHost>;
  readonly stored?: JsonObject;
  readonly mode?: SnapshotMode;
  readonly jobs?: number;
  readonly bail?: boolean;
}

/** Tests that ran. */
export interface RanSuite {
  readonly result: SuiteResult;
  readonly snapshots: Snapshots;
  readonly coverage: Coverage;
  /** The only test's result. */
  readonly only: TestResult;
  /** `message` of everything that was found. */
  readonly messages: readonly string[];
  readonly findings: readonly Finding[];
}

function known(world: World) {
  const own = (world.components ?? []).map((component) => describeComponent(component, 'project'));
  const builtIn = [...BUILT_INS].map((component) => describeComponent(component, 'built-in'));
  return new Map([...builtIn, ...own].map((descriptor) => [descriptor.name, descriptor]));
}

function plansOf(world: World): Plans | undefined {
  if (!world.pipeline) return undefined;
  const descriptors = known(world);
  const definitions = { main: world.pipeline, ...world.others };
  const all = Object.entries(definitions).map(([name, definition]) => {
    const source = parseSource(JSON.stringify({ name, ...definition }, null, 2), { file: `${name}.pipeline.json` });
    const { plan, problems } = compilePipeline(source, { descriptors, limits: DEFAULT_LIMITS });
    if (!plan) throw new Error(`${name} is invalid: ${problems.map(({ message }) => message).join('; ')}`);
    return [name, plan] as const;
  });
  const plans = new Map(all);
  const main = plans.get('main');
  return main && { main, all: plans };
}

/** Reads a test file: the text as it is, or tests of `main`. */
export function read(file: string | JsonObject, world: World = {}): { suite?: Suite; problems: Problem[] } {
  const whole =
    typeof file === 'string' ? file : JSON.stringify({ name: 'suite', ...subjectOf(file), ...file }, null, 2);
  const source = parseSource(whole, { file: 'suite.test.json' });
  const knowledge = { descriptors: known(world), limits: DEFAULT_LIMITS, plans: plansOf(world) };
  return readSuite(outlineSuite(source), source, knowledge);
}

function subjectOf(file: JsonObject): JsonObject {
  return 'pipeline' in file || 'component' in file ? {} : { pipeline: 'main' };
}

/** Runs a test file; one that is invalid fails with its problems. */
export async function run(file: JsonObject, world: World = {}): Promise<RanSuite> {
  const { suite, problems } = read(file, world);
  if (!suite) throw new Error(problems.map(({ code, message }) => `${code} ${message}`).join('\n'));
  const components = new Map([...BUILT_INS, ...(world.components ?? [])].map((each) => [each.name, each]));
  const host: TestHost = {
    runtime: {
      components,
      clock: testMachine.clock,
      random: { fraction: () => 0 },
      fetch: () => Promise.reject(new Error('these tests go nowhere')),
      limits: DEFAULT_LIMITS,
    },
    machine: testMachine,
    live: false,
    secrets: async () => new Map(),
    vars: {},
    ...world.host,
  };
  const collector = new Collector();
  for (const [name, plan] of suite.tests[0]?.plans.all ?? []) {
    const text = JSON.stringify({ name, ...(name === 'main' ? world.pipeline : world.others?.[name]) }, null, 2);
    collector.add({ plan, source: parseSource(text), file: `pipelines/${name}.pipeline.json` });
  }
  let ran: { result: SuiteResult; snapshots: Snapshots } | undefined;
  await runSuites([{ suite, tests: suite.tests }], host, {
    jobs: world.jobs ?? 1,
    bail: world.bail ?? false,
    snapshots: () => new Snapshots(world.stored ?? {}, world.mode ?? 'write'),
    observe: (test) => collector.observe(test.plans),
    signal: new AbortController().signal,
    onSuite: (result, snapshots) => {
      ran = { result, snapshots };
    },
  });
  if (!ran) throw new Error('no suite ran');
  const findings = [...ran.result.tests.flatMap((test) => test.findings), ...ran.result.findings];
  return {
    ...ran,
    coverage: collector.result(new Set(suite.tests[0]?.plans.all.keys())),
    only: ran.result.tests[0] as TestResult,
    messages: findings.map(({ message }) => message),
    findings,
  };
}

/** A pipeline that gives its input. */
export const ECHO: Pipeline = {
  stages: [{ id: 'echo', component: 'json-transform', config: { template: '{{ input }}' } }],
  result: '{{ stages.echo.output.result }}',
};

/** A stage that asks a server. */
export function http(id: string, more: JsonObject = {}): JsonObject {
  return { id, component: 'http-request', config: { url: `https://example.test/${id}` }, ...more };
}

/** A stage that gives a value. */
export function value(id: string, template: Json, more: JsonObject = {}): JsonObject {
  return { id, component: 'json-transform', config: { template }, ...more };
}
