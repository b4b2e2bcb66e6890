import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldJournal, type JournalEntry } from '../../src/core/journal.ts';
import type { Json } from '../../src/core/json.ts';
import type { Plan } from '../../src/core/plan.ts';
import { type RandomRun, randomRun, randomSequence } from './graphs.ts';
import { compile, type Ran, runPlan, type Setup } from './harness.ts';
import { type Crash, MemoryJournal } from './memory-journal.ts';
import { type Prediction, predict } from './reference.ts';
import { Shape } from './reference-lists.ts';
import type { State } from './reference-scope.ts';
import { comparable, taskComponents } from './tasks.ts';
import { VirtualClock } from './virtual-clock.ts';
import type { Call } from './world.ts';

/** Small, so that sums of durations keep all their digits. */
const START = 1_000_000;

function setupOf(random: RandomRun): Setup {
  return { components: taskComponents, pipelines: random.children, input: random.input };
}

function predictionOf(random: RandomRun): Promise<Prediction> {
  return predict(random.definition, random.input, random.children, new VirtualClock(START));
}

/** What a stage came to, in the words of the reference. */
function statusOf(ran: Ran, path: string): string {
  const status = ran.status(path);
  return ['pending', 'cancelled', 'running'].includes(status) ? 'stopped' : status;
}

/**
 * Whether something stopped the graph at the very instant at which it ended, or it or an owner of it started: which
 * of the two came first is nobody's promise.
 */
function sameInstant(ran: Ran, prediction: Prediction, path: string): boolean {
  const ends = [prediction.stages.get(path)?.finished, ran.end(path)?.finished_at];
  const starts = [path, ...ownersOf(path)].flatMap((owner) => [
    prediction.stages.get(owner)?.started,
    ran.stage(owner)?.started_at,
  ]);
  return [...ends, ...starts].some((at) => typeof at === 'number' && prediction.stops.has(at));
}

function ownersOf(path: string): string[] {
  const owner = ownerOf(path);
  return owner === undefined ? [] : [owner, ...ownersOf(owner)];
}

function expectAsPredicted(ran: Ran, prediction: Prediction): void {
  const { outcome } = ran;
  expect([outcome.status, outcome.error?.type ?? null]).toEqual([prediction.status, prediction.error?.type ?? null]);
  expect(comparable(outcome.result)).toEqual(comparable(prediction.result));
  if (prediction.error) expect(pathsOf(outcome.error)).toContain(prediction.error.path);
  for (const [path, state] of prediction.stages) expectStage(ran, prediction, path, state);
  for (const record of outcome.stages) {
    const ranAtAll = ['succeeded', 'failed'].includes(record.status);
    if (!ranAtAll || sameInstant(ran, prediction, record.path)) continue;
    expect(prediction.stages.has(record.path), `${record.path} is not in the reference`).toBe(true);
  }
}

function expectStage(ran: Ran, prediction: Prediction, path: string, state: State): void {
  const end = ran.end(path);
  const status = statusOf(ran, path);
  if (status !== state.status && sameInstant(ran, prediction, path)) return;
  expect([path, status]).toEqual([path, state.status]);
  expect([path, comparable(end?.output ?? null)]).toEqual([
    path,
    comparable(state.status === 'succeeded' ? state.output : null),
  ]);
  if (state.status === 'failed') expect([path, end?.error?.type]).toEqual([path, state.errorType]);
  if (state.attempts > 0 && state.status !== 'stopped') {
    expect([path, ran.stage(path)?.attempts]).toEqual([path, state.attempts]);
    expect([path, end?.started_at, end?.finished_at]).toEqual([path, state.started, state.finished]);
  }
}

function pathsOf(error: Ran['outcome']['error'] | undefined): (string | undefined)[] {
  return error ? [error.path, ...pathsOf(error.cause)] : [];
}

/** Every stage that must be finished before this one starts, whatever happens: through lists and owners. */
function ancestors(prediction: Prediction, path: string): { ends: Set<string>; owners: Set<string> } {
  const ends = new Set<string>();
  const owners = new Set<string>();
  const visit = (at: string): void => {
    for (const before of prediction.stages.get(at)?.after ?? []) {
      if (!ends.has(before)) visit(before);
      ends.add(before);
    }
  };
  for (const at of [path, ...ownersOf(path)]) visit(at);
  for (const owner of ownersOf(path)) owners.add(owner);
  return { ends, owners };
}

function ownerOf(path: string): string | undefined {
  const cut = path.lastIndexOf('/');
  return cut < 0 ? undefined : path.slice(0, cut).replace(/\[\d+\]$/, '');
}

/** Runs until the end or until the journal kills it; `outcome` is absent when the process died. */
async function untilDeath(
  plan: Plan,
  setup: Setup,
  journal: MemoryJournal,
  clock: VirtualClock,
): Promise<{ ran?: Ran; calls: Call[] }> {
  const calls: Call[] = [];
  const running = runPlan(plan, { ...setup, journal, clock, onCall: (call) => calls.push(call) });
  const ended = running.then(
    (ran) => ({ ran, calls }),
    () => ({ calls }),
  );
  return Promise.race([ended, journal.died.then(() => ({ calls }))]);
}

describe('execute() on random graphs', () => {
  it('does what the reference does: order, skips, failures, retries, control flow, return', async () => {
    await fc.assert(
      fc.asyncProperty(randomRun, async (random) => {
        const plan = compile(random.definition, setupOf(random));
        const prediction = await predictionOf(random);
        const ran = await runPlan(plan, { ...setupOf(random), clock: new VirtualClock(START) });
        expectAsPredicted(ran, prediction);
      }),
      { numRuns: 500 },
    );
  });

  it('comes to the same with few slots, and never runs more at a time', async () => {
    await fc.assert(
      fc.asyncProperty(randomRun, fc.integer({ min: 1, max: 3 }), async (random, maxParallel) => {
        const plan = compile(random.definition, setupOf(random));
        const prediction = await predictionOf(random);
        const ran = await runPlan(plan, { ...setupOf(random), options: { maxParallel } });
        expect(ran.world.widest).toBeLessThanOrEqual(maxParallel);
        expectNothingAfterFailure(random, ran);
        // What a stop meets depends on time, and time on the slots.
        if (prediction.stops.size > 0) return;
        expect([ran.outcome.status, comparable(ran.outcome.result)]).toEqual([
          prediction.status,
          comparable(prediction.result),
        ]);
        for (const [path, state] of prediction.stages)
          expect([path, statusOf(ran, path)]).toEqual([path, state.status]);
      }),
      { numRuns: 150 },
    );
  });

  it('starts no stage with effects before everything it depends on is durable, nor ends before all is', async () => {
    await fc.assert(
      fc.asyncProperty(randomRun, async (random) => {
        const plan = compile(random.definition, setupOf(random));
        const prediction = await predictionOf(random);
        const journal = new MemoryJournal();
        const onCall = (call: Call): void => {
          if (call.component === 'effect' && call.attempt === 1) expectDurable(prediction, call.path, journal.durable);
        };
        const failures: unknown[] = [];
        const noting = (call: Call): void => {
          try {
            onCall(call);
          } catch (error) {
            failures.push(error);
          }
        };
        const { entries } = await runPlan(plan, { ...setupOf(random), journal, onCall: noting });
        if (failures.length > 0) throw failures[0];
        expect(journal.durable).toEqual(entries);
      }),
      { numRuns: 150 },
    );
  });
});

/** From the instant at which the run failed only finally stages start. */
function expectNothingAfterFailure(random: RandomRun, ran: Ran): void {
  const fatal = random.definition.stages.filter(({ on_error }) => on_error !== 'continue').map(({ id }) => id);
  const failed = fatal.map((id) => ran.end(id)).filter((end) => end?.status === 'failed');
  const at = Math.min(...failed.map((end) => (end?.finished_at ?? 0) - ran.clock.start));
  const late = ran.world.calls.filter(({ started, path }) => started >= at && !isCleanup(random, path));
  expect(late.map(({ path }) => path)).toEqual([]);
}

function expectDurable(prediction: Prediction, path: string, durable: JournalEntry[]): void {
  const { starts, ends } = foldJournal(durable);
  const needed = ancestors(prediction, path);
  for (const before of needed.ends) expect(ends.has(before), `the end of ${before} before ${path}`).toBe(true);
  for (const owner of needed.owners) expect(starts.has(owner), `the start of ${owner} before ${path}`).toBe(true);
  expect(starts.has(path), `the start of ${path}`).toBe(true);
}

/** Every journal write of a run, each with another way to die. */
function crashes(calls: number): Crash[] {
  const survives = ['flushed', 'half', 'appended'] as const;
  const answers = ['reject', 'never'] as const;
  return Array.from({ length: calls }, (_, i) => ({
    at: i + 1,
    survives: survives[i % 3] ?? 'flushed',
    answer: answers[i % 2] ?? 'never',
  }));
}

describe('a crash at every journal write', () => {
  const survived = async (random: RandomRun, second: number, timeless: boolean): Promise<void> => {
    const plan = compile(random.definition, setupOf(random));
    const prediction = await predictionOf(random);
    const whole = new MemoryJournal();
    await runPlan(plan, { ...setupOf(random), journal: whole });
    for (const crash of crashes(whole.calls)) {
      const ran = await crashAndResume(random, plan, prediction, crash, second);
      // What a stop meets depends on time, and a resumed run is quicker.
      if (timeless || prediction.stops.size === 0) expectConverged(ran, prediction);
    }
  };

  it('loses nothing, repeats nothing that is recorded, and the resumed run converges', async () => {
    const second = fc.integer({ min: 1, max: 30 });
    await fc.assert(
      fc.asyncProperty(randomRun, second, (random, at) => survived(random, at, false)),
      { numRuns: 50 },
    );
  });

  it('changes no error, recovery or return of stages that run one after the other', async () => {
    const second = fc.integer({ min: 1, max: 30 });
    await fc.assert(
      fc.asyncProperty(randomSequence, second, (random, at) => survived(random, at, true)),
      { numRuns: 50 },
    );
  });
});

describe('a run that is cancelled at any moment', () => {
  it('runs no recorded stage again when it is resumed, and comes to the same', async () => {
    const moment = fc.double({ min: 0, max: 1, noNaN: true });
    await fc.assert(
      fc.asyncProperty(randomSequence, moment, async (random, part) => {
        const plan = compile(random.definition, setupOf(random));
        const prediction = await predictionOf(random);
        const ends = [...prediction.stages.values()].map(({ finished }) => finished ?? START);
        const controller = new AbortController();
        const clock = new VirtualClock(START);
        clock.after(part * (Math.max(...ends) - START), () => controller.abort());
        const journal = new MemoryJournal();
        const first = await runPlan(plan, { ...setupOf(random), clock, journal, signal: controller.signal });
        if (first.outcome.status !== 'cancelled') return expectAsPredicted(first, prediction);
        expect(journal.durable).toEqual(first.entries);
        const { recorded } = first;
        const options = { startedAt: START };
        const ran = await runPlan(plan, {
          ...setupOf(random),
          clock: new VirtualClock(clock.now()),
          recorded,
          options,
        });
        const calls = ran.world.calls.filter(({ path }) => !isCleanup(random, path));
        for (const { path } of calls) {
          expect(recorded.ends.get(path)?.status ?? 'nothing', path).not.toMatch(/succeeded|skipped/);
        }
        expectRepeatsAlike([...first.world.calls.filter(({ path }) => !isCleanup(random, path)), ...calls]);
        expectConverged(ran, prediction);
      }),
      { numRuns: 150 },
    );
  });
});

/** Every park is another execution of the whole run. */
const MOST_PARKS = 12;

describe('a run that parks at every delay', () => {
  it('comes to the same as one that waits, and runs every stage with effects once', async () => {
    await fc.assert(
      fc.asyncProperty(randomSequence, async (random) => {
        const plan = compile(random.definition, setupOf(random));
        const prediction = await predictionOf(random);
        fc.pre([...prediction.stages.keys()].filter((path) => /delay\d+$/.test(path)).length <= MOST_PARKS);
        let entries: JournalEntry[] = [];
        const calls: Call[] = [];
        for (let now = START; ; ) {
          const options = { startedAt: START, parkAfter: 0 };
          const resumed = entries.length > 0 ? { recorded: foldJournal(entries) } : {};
          const clock = new VirtualClock(now);
          const ran = await runPlan(plan, { ...setupOf(random), ...resumed, clock, options });
          calls.push(...ran.world.calls);
          entries = [...entries, ...ran.entries];
          if (ran.outcome.status !== 'waiting') {
            expectConverged(ran, prediction);
            break;
          }
          now = Math.min(...(ran.outcome.waiting ?? []).map(({ until }) => until ?? Number.NaN));
          expect(now).toBeGreaterThan(clock.start);
        }
        const done = calls.filter((call) => call.component === 'effect' && call.end === 'answered');
        expect(new Set(done.map((call) => call.path)).size).toBe(done.length);
      }),
      { numRuns: 80 },
    );
  });
});

/** Dies once, is resumed and dies once more, and is resumed to its end. */
async function crashAndResume(
  random: RandomRun,
  plan: Plan,
  prediction: Prediction,
  crash: Crash,
  second: number,
): Promise<Ran> {
  const setup = setupOf(random);
  let entries: JournalEntry[] = [];
  const calls: Call[] = [];
  const plans: (Crash | undefined)[] = [crash, { ...crash, at: second }, undefined];
  for (const [round, death] of plans.entries()) {
    const recorded = foldJournal(entries);
    const journal = new MemoryJournal(death);
    const clock = new VirtualClock(START + round * 10_000);
    const resumed = round === 0 ? {} : { recorded, options: { startedAt: START } };
    const ended = await untilDeath(plan, { ...setup, ...resumed }, journal, clock);
    for (const call of ended.calls) {
      if (prediction.stops.size > 0 && isCleanup(random, call.path)) continue;
      const end = recorded.ends.get(call.path);
      expect(end?.status ?? 'nothing', `${call.path} was recorded and ran again`).not.toMatch(/succeeded|skipped/);
    }
    calls.push(...ended.calls);
    entries = [...entries, ...journal.survivors];
    if (ended.ran) {
      expectRepeatsAlike(calls);
      return ended.ran;
    }
  }
  throw new Error('the run came to no end');
}

/**
 * Whether a path is in finally stages. They run also when their try list is stopped, and once more when a resumed run
 * has come to the end of that list.
 */
function isCleanup({ definition, children }: RandomRun, path: string): boolean {
  const cleanups = [definition, ...children].flatMap((pipeline) => {
    const shape = new Shape(pipeline);
    return pipeline.stages.flatMap((stage) => (shape.bodies(stage).finally_stages ?? []).map(({ id }) => id));
  });
  return path.split(/\/|\[\d+\]/).some((id) => cleanups.includes(id));
}

/** A stage with effects that ran several times did so with one key and the same config, uuid() and now() included. */
function expectRepeatsAlike(calls: Call[]): void {
  const first = new Map<string, Call>();
  for (const call of calls) {
    if (call.component !== 'effect') continue;
    expect(call.key).toBe(`r1/${call.path}`);
    const before = first.get(call.path) ?? call;
    first.set(call.path, before);
    expect([call.path, call.config as Json]).toEqual([call.path, before.config]);
  }
}

function expectConverged(ran: Ran, prediction: Prediction): void {
  const { outcome } = ran;
  expect([outcome.status, outcome.error?.type ?? null]).toEqual([prediction.status, prediction.error?.type ?? null]);
  expect(comparable(outcome.result)).toEqual(comparable(prediction.result));
  for (const [path, state] of prediction.stages) expectState(ran, path, state);
}

function expectState(ran: Ran, path: string, state: State): void {
  // A recorded owner stands for its whole body.
  if (!ran.stage(path) && state.status !== 'stopped') return;
  expect([path, statusOf(ran, path)]).toEqual([path, state.status]);
}
