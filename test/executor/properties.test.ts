import { describe, expect, it } from 'vitest';
import { foldJournal, type JournalEntry } from '../../src/core/journal.ts';
import fc from '../setup/property.ts';
import { type RandomRun, randomRun } from './graphs.ts';
import { compile, type Ran, runPlan } from './harness.ts';
import { MemoryJournal } from './memory-journal.ts';
import {
  expectAsPredicted,
  expectConverged,
  isCleanup,
  ownersOf,
  predictionOf,
  START,
  setupOf,
} from './predictions.ts';
import type { Prediction } from './reference.ts';
import { VirtualClock } from './virtual-clock.ts';
import type { Call } from './world.ts';

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
        expectConverged(ran, prediction);
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

/** From the instant at which a stage of the main graph failed only finally stages start. */
function expectNothingAfterFailure(random: RandomRun, ran: Ran): void {
  const fatal = random.definition.stages.filter((stage) => stage.on_error !== 'continue' && 'retry' in stage);
  const failed = fatal.map(({ id }) => ran.end(id)).filter((end) => end?.status === 'failed');
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
