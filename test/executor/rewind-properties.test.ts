import { describe, expect, it } from 'vitest';
import { foldJournal, type JournalEntry } from '../../src/core/journal.ts';
import type { Plan } from '../../src/core/plan.ts';
import { planJournalRewind } from '../../src/core/rewind/plan-journal-rewind.ts';
import type { Plans } from '../../src/core/rewind/select.ts';
import fc from '../setup/property.ts';
import { type RandomRun, randomSequence } from './graphs.ts';
import { compile, type Ran, runPlan } from './harness.ts';
import { MemoryJournal } from './memory-journal.ts';
import { expectConverged, isCleanup, predictionOf, START, setupOf } from './predictions.ts';
import { VirtualClock } from './virtual-clock.ts';

function plansOf(random: RandomRun, plan: Plan): Plans {
  const children = random.children.map((child) => [child.name ?? '', compile(child, setupOf(random))] as const);
  return { main: plan.name, plans: new Map([...children, [plan.name, plan]]) };
}

/** What is left of a record when a database lets its ended run go on. */
function rewound(random: RandomRun, plan: Plan, entries: readonly JournalEntry[], from: readonly string[]) {
  const numbered = entries.filter(({ kind }) => kind !== 'log').map((entry, at) => ({ seq: at + 1, entry }));
  const rewind = planJournalRewind({ epoch: 0, entries: numbered }, plansOf(random, plan), from);
  const left = numbered.filter(({ seq }) => !rewind.entries.includes(seq)).map(({ entry }) => entry);
  return { rewind, left: foldJournal(left) };
}

async function resumed(random: RandomRun, plan: Plan, recorded: ReturnType<typeof foldJournal>, at: number) {
  const options = { startedAt: START };
  return runPlan(plan, { ...setupOf(random), clock: new VirtualClock(at), recorded, options });
}

/** Runs until a part of the time is over that the whole run takes, and cancels it then. */
async function cut(random: RandomRun, plan: Plan, part: number, finish: number): Promise<{ ran: Ran; at: number }> {
  const controller = new AbortController();
  const clock = new VirtualClock(START);
  clock.after(part * (finish - START), () => controller.abort());
  const journal = new MemoryJournal();
  const ran = await runPlan(plan, { ...setupOf(random), clock, journal, signal: controller.signal });
  return { ran, at: clock.now() };
}

describe('an ended run that a database lets go on', () => {
  const moment = fc.double({ min: 0, max: 1, noNaN: true });

  it('comes to what it would have come to, whenever it was cancelled, and repeats nothing that succeeded', async () => {
    await fc.assert(
      fc.asyncProperty(randomSequence, moment, async (random, part) => {
        const plan = compile(random.definition, setupOf(random));
        const prediction = await predictionOf(random);
        const ends = [...prediction.stages.values()].map(({ finished }) => finished ?? START);
        const { ran: first, at } = await cut(random, plan, part, Math.max(...ends));
        if (first.outcome.status !== 'cancelled') return;
        const { left, rewind } = rewound(random, plan, first.entries, []);
        expect(rewind.repeats).toBe(false);
        const ran = await resumed(random, plan, left, at);
        for (const { path } of ran.world.calls) {
          if (isCleanup(random, path)) continue;
          expect(left.ends.get(path)?.status ?? 'nothing', path).not.toMatch(/succeeded|skipped/);
        }
        expectConverged(ran, prediction);
      }),
      { numRuns: 150 },
    );
  });

  it('fails as it did before when nothing has changed', async () => {
    await fc.assert(
      fc.asyncProperty(randomSequence, async (random) => {
        const plan = compile(random.definition, setupOf(random));
        const prediction = await predictionOf(random);
        fc.pre(prediction.status === 'failed');
        const { ran: first, at } = await cut(random, plan, 100, START + 1_000_000);
        const { left } = rewound(random, plan, first.entries, []);
        expectConverged(await resumed(random, plan, left, at), prediction);
      }),
      { numRuns: 80 },
    );
  });

  it('comes to the same from any stage that it has recorded', async () => {
    await fc.assert(
      fc.asyncProperty(randomSequence, fc.nat(), async (random, pick) => {
        const plan = compile(random.definition, setupOf(random));
        const prediction = await predictionOf(random);
        const { ran: first, at } = await cut(random, plan, 100, START + 1_000_000);
        const paths = [...first.recorded.ends.keys()];
        const from = paths[pick % Math.max(1, paths.length)];
        fc.pre(from !== undefined);
        const { left, rewind } = rewound(random, plan, first.entries, [from ?? '']);
        expect(rewind.repeats).toBe(true);
        expect(left.ends.has(from ?? '')).toBe(false);
        expectConverged(await resumed(random, plan, left, at), prediction);
      }),
      { numRuns: 80 },
    );
  });
});
