import { describe, expect, it } from 'vitest';
import { foldJournal, type JournalEntry } from '../../src/core/journal.ts';
import type { Plan } from '../../src/core/plan.ts';
import fc from '../setup/property.ts';
import { type RandomRun, randomRun, randomSequence } from './graphs.ts';
import { compile, type Ran, runPlan, type Setup } from './harness.ts';
import { type Crash, MemoryJournal } from './memory-journal.ts';
import { expectAsPredicted, expectConverged, isCleanup, predictionOf, START, setupOf } from './predictions.ts';
import type { Prediction } from './reference.ts';
import { VirtualClock } from './virtual-clock.ts';
import type { Call } from './world.ts';

interface Ended {
  /** Absent when the journal died. */
  readonly ran?: Ran;
  readonly calls: Call[];
  readonly survivors: JournalEntry[];
}

/** Runs until the end, or until the journal dies. */
async function untilDeath(plan: Plan, setup: Setup, death: Crash | undefined): Promise<Ended> {
  const calls: Call[] = [];
  const journal = new MemoryJournal(death);
  const clock = setup.clock ?? new VirtualClock();
  const running = runPlan(plan, { ...setup, journal, clock, onCall: (call) => calls.push(call) });
  const ended = running.then(
    (ran): Ended => ({ ran, calls, survivors: journal.survivors }),
    (): Ended => ({ calls, survivors: journal.survivors }),
  );
  const end = await Promise.race([ended, journal.died.then(() => undefined)]);
  if (end) return end;
  if (death?.answer === 'reject') await expectRejected(running, clock, calls);
  return { calls, survivors: journal.survivors };
}

/** A run whose disk is gone starts no stage with effects any more, and rejects; it does not hang. */
async function expectRejected(running: Promise<Ran>, clock: VirtualClock, calls: Call[]): Promise<void> {
  const effects = (): number =>
    calls.filter(({ component, attempt }) => component === 'effect' && attempt === 1).length;
  const before = effects();
  const hangs = clock.drained().then(() => 'hangs');
  const how = await Promise.race([
    running.then(
      () => 'succeeds',
      () => 'rejects',
    ),
    hangs,
  ]);
  expect([how, effects()]).toEqual(['rejects', before]);
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
    const clock = new VirtualClock(START + round * 10_000);
    const resumed = round === 0 ? {} : { recorded, options: { startedAt: START } };
    const ended = await untilDeath(plan, { ...setup, ...resumed, clock }, death);
    for (const call of ended.calls) {
      if (prediction.stops.size > 0 && isCleanup(random, call.path)) continue;
      const end = recorded.ends.get(call.path);
      expect(end?.status ?? 'nothing', `${call.path} was recorded and ran again`).not.toMatch(/succeeded|skipped/);
    }
    calls.push(...ended.calls);
    entries = [...entries, ...ended.survivors];
    if (ended.ran) {
      expectRepeatsAlike(calls);
      return ended.ran;
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
    expect([call.path, call.config]).toEqual([call.path, before.config]);
  }
}
