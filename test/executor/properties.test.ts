import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldJournal, type JournalEntry } from '../../src/core/journal.ts';
import type { Json } from '../../src/core/json.ts';
import type { Plan } from '../../src/core/plan.ts';
import { type RandomRun, randomRun } from './graphs.ts';
import { compile, type Ran, runPlan, type Setup } from './harness.ts';
import { type Crash, MemoryJournal } from './memory-journal.ts';
import { type Prediction, predict } from './reference.ts';
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

/** Whether two ends of a stage differ only because something at the same instant stopped it or came too late. */
function sameInstant(prediction: Prediction, state: State, finished: number | null): boolean {
  return [state.finished, finished].some((at) => at !== null && prediction.stops.has(at));
}

function expectAsPredicted(ran: Ran, prediction: Prediction): void {
  const { outcome } = ran;
  expect([outcome.status, outcome.error?.type ?? null]).toEqual([prediction.status, prediction.error?.type ?? null]);
  expect(comparable(outcome.result)).toEqual(comparable(prediction.result));
  if (prediction.error) expect(pathsOf(outcome.error)).toContain(prediction.error.path);
  for (const [path, state] of prediction.stages) expectStage(ran, prediction, path, state);
  for (const record of outcome.stages) {
    const ranAtAll = ['succeeded', 'failed'].includes(record.status);
    if (ranAtAll) expect(prediction.stages.has(record.path), `${record.path} is not in the reference`).toBe(true);
  }
}

function expectStage(ran: Ran, prediction: Prediction, path: string, state: State): void {
  const end = ran.end(path);
  const status = statusOf(ran, path);
  if (status !== state.status && sameInstant(prediction, state, end?.finished_at ?? null)) return;
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
  for (let at: string | undefined = path; at !== undefined; at = ownerOf(at)) {
    visit(at);
    if (at !== path) owners.add(at);
  }
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
      { numRuns: 250 },
    );
  });

  it('comes to the same with few slots, and never runs more at a time', async () => {
    await fc.assert(
      fc.asyncProperty(randomRun, fc.integer({ min: 1, max: 3 }), async (random, maxParallel) => {
        const plan = compile(random.definition, setupOf(random));
        const prediction = await predictionOf(random);
        const ran = await runPlan(plan, { ...setupOf(random), options: { maxParallel } });
        expect(ran.world.widest).toBeLessThanOrEqual(maxParallel);
        // What a stop meets depends on time, and time on the slots.
        if (prediction.stops.size > 0) return;
        expect([ran.outcome.status, comparable(ran.outcome.result)]).toEqual([
          prediction.status,
          comparable(prediction.result),
        ]);
        for (const [path, state] of prediction.stages)
          expect([path, statusOf(ran, path)]).toEqual([path, state.status]);
      }),
      { numRuns: 80 },
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
      { numRuns: 80 },
    );
  });
});

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
  it('loses nothing, repeats nothing that is recorded, and the resumed run converges', async () => {
    await fc.assert(
      fc.asyncProperty(randomRun, fc.integer({ min: 1, max: 30 }), async (random, second) => {
        const plan = compile(random.definition, setupOf(random));
        const prediction = await predictionOf(random);
        const whole = new MemoryJournal();
        await runPlan(plan, { ...setupOf(random), journal: whole });
        for (const crash of crashes(whole.calls)) await crashAndResume(random, plan, prediction, crash, second);
      }),
      { numRuns: 30 },
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
): Promise<void> {
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
      const end = recorded.ends.get(call.path);
      expect(end?.status, `${call.path} was recorded and ran again`).not.toMatch(/succeeded|skipped/);
    }
    calls.push(...ended.calls);
    entries = [...entries, ...journal.survivors];
    if (ended.ran) {
      expectRepeatsAlike(calls);
      return expectConverged(ended.ran, prediction);
    }
  }
  throw new Error('the run came to no end');
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
  // What a stop meets depends on time, and a resumed run is quicker.
  expect(['succeeded', 'failed']).toContain(ran.outcome.status);
  if (prediction.stops.size > 0) return;
  expect([ran.outcome.status, comparable(ran.outcome.result)]).toEqual([
    prediction.status,
    comparable(prediction.result),
  ]);
  for (const [path, state] of prediction.stages) expectState(ran, path, state);
}

function expectState(ran: Ran, path: string, state: State): void {
  // A recorded owner stands for its whole body.
  if (!ran.stage(path) && state.status !== 'stopped') return;
  expect([path, statusOf(ran, path)]).toEqual([path, state.status]);
}
