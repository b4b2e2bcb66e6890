import { NO_JOURNAL } from '../../core/journal.ts';
import type { Json } from '../../core/json.ts';
import { createMasker } from '../../core/mask.ts';
import { parsePath } from '../../core/path.ts';
import type { SignalSource } from '../../core/ports.ts';
import { type RunOutcome, StageError } from '../../core/run.ts';
import type { Component } from '../../executor/component.ts';
import { execute } from '../../executor/execute.ts';
import type { StandIn } from '../../executor/stand-in.ts';
import type { RunEvent, RunOptions, Runtime } from '../../executor/types.ts';
import type { Snapshots } from '../assert/snapshot.ts';
import type { Finding, TestResult } from '../result.ts';
import { isMeant, resolveReference } from '../suite/reference.ts';
import type { Mock, Test } from '../suite/suite.ts';
import { TestClock } from './clock.ts';
import { mockedFetch } from './fetch.ts';
import type { TestHost } from './host.ts';
import { judge } from './judge.ts';
import { MockBook } from './mock-book.ts';
import { Observation } from './observation.ts';
import { asSecrets, secretsOf } from './secrets.ts';
import type { MissingMock, TestRun } from './test-run.ts';
import { timed } from './timed.ts';

/** When a run starts unless the test says so: the same instant everywhere, so that tests repeat. */
export const DEFAULT_NOW = Date.UTC(2026, 0, 1);
/** Real milliseconds of a test that says nothing of it; requests that really leave take their time. */
const DEFAULT_TIMEOUT = 10_000;
const LIVE_TIMEOUT = 120_000;

export interface TestOptions {
  readonly setupMocks: readonly Mock[];
  readonly snapshots: Snapshots;
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  /** How the run itself ended. */
  readonly onOutcome?: ((outcome: RunOutcome) => void) | undefined;
}

/** What a test came to, and which mocks it has used. */
export interface RanTest {
  readonly result: TestResult;
  readonly usedMocks: readonly Mock[];
}

/** Runs one test on a clock of its own, offline unless the host is live. */
export async function runTest(test: Test, host: TestHost, options: TestOptions): Promise<RanTest> {
  const { clock } = host.machine;
  const startedAt = clock.now();
  const testClock = new TestClock(test.now ?? DEFAULT_NOW, host.machine);
  const run = await execution(test, host, options, testClock);
  testClock.stop();
  const findings = judge(run, options.snapshots);
  const mocks = [...test.ownMocks, ...test.sharedMocks, ...options.setupMocks];
  return {
    result: resultOf(test, run, findings, { real: clock.now() - startedAt, virtual: run.seen.outcome.duration_ms }),
    usedMocks: mocks.filter((mock) => run.book.used(mock) > 0),
  };
}

async function execution(test: Test, host: TestHost, options: TestOptions, clock: TestClock): Promise<TestRun> {
  const { plans } = test;
  const stop = new AbortController();
  const observation = new Observation();
  const secrets = await secretsOf(test, plans, host);
  const book = new MockBook([test.ownMocks, test.sharedMocks, options.setupMocks], secrets);
  const missing: MissingMock[] = [];
  const miss = (mock: MissingMock): void => {
    missing.push(mock);
    stop.abort();
  };
  const limit = test.timeout ?? (host.live ? LIVE_TIMEOUT : DEFAULT_TIMEOUT);
  let timedOut: TestRun['timedOut'];
  const cancelTimer = host.machine.clock.after(limit, () => {
    timedOut = { limit, at: observation.unfinished() };
    stop.abort();
  });
  const vars = { ...host.vars, ...test.vars };
  const misfits: string[] = [];
  try {
    const outcome = await execute(plans.main, runtimeOf(test, host, book, clock, miss), {
      ...runOptions(test, secrets, vars),
      signals: signalsOf(test, clock, misfits),
      signal: stop.signal,
      standIn: standIn(test, host, book, observation, miss),
      onEvent: (event) => {
        observation.event(event);
        options.onEvent?.(event);
      },
    });
    options.onOutcome?.(outcome);
    return { test, seen: { outcome, observation }, book, missing, timedOut, vars, misfits };
  } finally {
    cancelTimer();
  }
}

function runOptions(
  test: Test,
  secrets: ReadonlyMap<string, string>,
  vars: Readonly<Record<string, Json>>,
): Omit<RunOptions, 'signals'> {
  const { plans, input, environment = 'local' } = test;
  return {
    runId: 'test',
    input,
    vars,
    secrets: asSecrets(secrets),
    masker: createMasker(secrets.values()),
    environment,
    tenant: null,
    release: null,
    journal: NO_JOURNAL,
    // The checker has seen that every pipeline that is named exists.
    pipelines: (name) => plans.all.get(name) ?? plans.main,
  };
}

/**
 * The data that the test gives; without any that fits, a stage waits until its time is over, or nothing will happen any
 * more. `misfits` hears of data that does not fit.
 */
function signalsOf({ signals, plans }: Test, clock: TestClock, misfits: string[]): SignalSource {
  const byStage = Object.keys(signals).map((key) => ({ key, reference: resolveReference(plans, key) }));
  const keyFor = (path: string, name: string): string | undefined => {
    const steps = parsePath(path) ?? [];
    const meant = byStage.filter(({ reference }) => reference && isMeant(reference, steps));
    // The one with most indices is the most exact.
    meant.sort((a, b) => (b.reference?.indices.size ?? 0) - (a.reference?.indices.size ?? 0));
    return meant[0]?.key ?? (Object.hasOwn(signals, name) ? name : undefined);
  };
  return ({ name, path, signal, check }) => {
    const key = keyFor(path, name);
    const data = key === undefined ? undefined : (signals[key] ?? null);
    const misfit = data === undefined ? undefined : check(data);
    if (data !== undefined && misfit === undefined) return Promise.resolve({ data });
    if (misfit !== undefined) misfits.push(misfit);
    return new Promise((resolve) => {
      const park = (): void => resolve('park');
      const cancel = clock.whenIdle(park);
      signal.addEventListener('abort', () => {
        cancel();
        park();
      });
    });
  };
}

/** The host's components on the test's clock, without a way out unless the host is live. */
function runtimeOf(
  { plans }: Test,
  { runtime, live }: TestHost,
  book: MockBook,
  clock: TestClock,
  miss: (mock: MissingMock) => void,
): Runtime {
  const needed = new Set([...plans.all.values()].flatMap(({ requires }) => Object.keys(requires.components)));
  const components = new Map<string, Component>();
  for (const name of needed) {
    const component = runtime.components.get(name);
    if (component) components.set(name, timed(component, clock));
  }
  const fetch =
    live && !book.fetch
      ? runtime.fetch
      : mockedFetch(book, (method, url) => {
          miss({ path: '', id: '', component: 'fetch', request: `${method} ${url}` });
        });
  return { ...runtime, components, clock, fetch, random: { fraction: () => 0.5 }, cache: undefined };
}

/** Answers for the stages that have a mock, and refuses those that need one. */
function standIn(
  test: Test,
  host: TestHost,
  book: MockBook,
  observation: Observation,
  miss: (mock: MissingMock) => void,
): StandIn {
  const paths = [...test.assertions, ...test.snapshots].map(({ path }) => path);
  const keepsConfig = paths.some((path) => path.startsWith('stages.') && path.includes('.config'));
  return (call) => {
    const { path, id, component, attempt } = call;
    if (keepsConfig) observation.called(path, call.config());
    const mock = book.find(call);
    if (mock) return book.answer(mock, path, attempt);
    const leaves = host.runtime.components.get(component)?.effects === true;
    if (!leaves || host.live || test.ofComponent) return undefined;
    miss({ path, id, component });
    throw new StageError('CONFIGURATION', 'mock_missing', `Stage ${path} has no mock`);
  };
}

function resultOf(
  { name, position }: Test,
  { seen }: TestRun,
  findings: readonly Finding[],
  took: { readonly real: number; readonly virtual: number },
): TestResult {
  const failed = findings.length > 0;
  const logs = seen.observation.logs.map(({ level, path, message }) => `${level} ${path}  ${message}`);
  return {
    name,
    position,
    status: failed ? 'failed' : 'passed',
    duration_ms: took.real,
    virtual_ms: took.virtual,
    findings,
    logs: failed ? logs.slice(-LAST_LOGS) : [],
  };
}

const LAST_LOGS = 20;
